"""The only door to the wire: `mime` builds the bytes of one mail, `line` hands them to the mail server."""
