"""Check and build the reports of many agencies: none stops the others, no work is done twice."""
