"""Files on disk: find them, put them in place whole, pack them the same on every run."""
