"""A report: one agency, one year; its model, its figures, and what follows from them."""
