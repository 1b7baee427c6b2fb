"""Check and build the reports of many agencies at once: no failure stops the others, no work is done twice."""
