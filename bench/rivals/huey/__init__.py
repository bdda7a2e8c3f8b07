"""Huey: a task for each letter, over SQLite or Redis."""
