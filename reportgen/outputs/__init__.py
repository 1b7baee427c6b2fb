"""Write reports: one module a kind of file."""
