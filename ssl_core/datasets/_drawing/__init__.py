"""How the pictures of `scenes` are drawn."""
