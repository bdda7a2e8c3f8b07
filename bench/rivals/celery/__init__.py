"""Celery: a task for each letter, over Redis."""
