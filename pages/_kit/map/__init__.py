"""The map's selection, colours and nearest neighbours."""
