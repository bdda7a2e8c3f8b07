"""What others send mail with, each a small program at its best settings in an environment of its own.

Law: nothing here imports the app, and the app knows nothing of this. Each is run as `python -m
bench.rivals.NAME` with the Python of its environment and finds in BENCH_LETTERS a file, in BENCH_PORT the
mail server and in BENCH_STORE its database or broker. It prints the seconds from the first letter that is
queued to the last that the mail server has.
"""
