"""What templates may use: the sandbox in which they run, and the names that they know."""
