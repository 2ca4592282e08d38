"""Maps of features: layouts, colours, neighbours."""
