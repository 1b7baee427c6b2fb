"""Write the PDF by the page template and the stylesheet."""
