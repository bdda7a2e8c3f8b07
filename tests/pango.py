"""Tests that make a PDF: they need Pango of the operating system, and say so where it is missing."""

from __future__ import annotations

import pytest

try:
    import weasyprint
except (ImportError, OSError):
    weasyprint = None

needs_pango = pytest.mark.skipif(weasyprint is None, reason="PDF files need the library Pango")
