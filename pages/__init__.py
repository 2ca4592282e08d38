"""The screens, a file each; what they share lies in `_kit`."""
