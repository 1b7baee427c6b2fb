"""One agency over the years: compare, and show what was compared."""
