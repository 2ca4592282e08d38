"""Archives: zip, tar and npz, read without being unpacked, within stated bounds."""
