"""Write the DOCX by the Word template, and look after that template."""
