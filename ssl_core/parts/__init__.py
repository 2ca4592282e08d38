"""Which parts there are, how menus show them, which fit together."""
