"""Read published files into blocks: one module a kind of file."""
