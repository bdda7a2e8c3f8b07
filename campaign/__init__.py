"""Random kills of real workers, and the count of what arrived; docs/faults.md says more.

Law: a worker is killed only in a named window of its work, never while idle; what the mail server took is
compared with what the database says, by another road than the app's own.
"""
