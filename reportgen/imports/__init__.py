"""Read reports as they were published: DOCX, PDF, web page or Excel, of either edition.

A reader of one kind of file turns it into blocks, lines of text and grids of cells in reading order;
`recognise` finds the report in them. No figure is guessed: what is not sure is left blank and told.
"""
