"""All that touches the insides of WeasyPrint and pydyf."""
