"""The Excel form of a data file: its plan, drawn and read by it."""
