"""django-post_office: rows in the application's database, sent by its command in batches."""
