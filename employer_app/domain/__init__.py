"""The words and the pure rules. Plain Python: no Flask, no SQLAlchemy, no Jinja, no clock of its own."""
