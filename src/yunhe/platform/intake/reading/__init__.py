"""From the bytes of a file to a table of texts: what it is, how it is cut, its header, its rows."""
