"""The official layout (GB/T 9704-2012) and punctuation (GB/T 15834-2011) as numbers and rules."""
