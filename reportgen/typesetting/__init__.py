"""The official layout: its numbers, its fonts, and what follows from them."""
