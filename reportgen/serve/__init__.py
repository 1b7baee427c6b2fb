"""A page in the browser of this machine on which a clerk fills in, checks and releases reports."""
