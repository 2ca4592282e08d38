"""Pictures where people have them: folders, archives, tables, any format. No torch."""
