"""The YAML data file: read, write, edit."""
