"""Networks: built, loaded once and kept, exported; targets of evaluation by name; features of pictures."""
