"""Fonts of the hanzi of GB 18030-2022 that reportgen's own fonts lack; see coverage.txt."""
