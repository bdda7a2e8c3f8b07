"""From the bytes of an applicant list to people who can be imported, row by row, with nothing dropped unsaid.

read: bytes to cells; columns: headers to fields; judge: rows to applicants; export: bad rows back as a file.
"""
