"""A picture large and whole, from any screen: what opens it, and the dialog that shows it."""
