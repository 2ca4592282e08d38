"""The frame of every screen: header, address, forms, tour, guarded fragments, cached readers, downloads."""
