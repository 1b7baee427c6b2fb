"""Processes that work beside this one, each task within its time."""
