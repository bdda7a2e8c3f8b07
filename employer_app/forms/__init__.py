"""Parse and validate what a browser sends; nothing is decided here."""
