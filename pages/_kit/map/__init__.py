"""The map's selection, colours and neighbours."""
