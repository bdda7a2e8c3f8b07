"""Take in lists of applicants: look first, then keep; a newer list changes what is new in it; undo the whole.

lists: the files. look: what one would do. jobs, match, compare: which job, which person, what is new.
keep, work, insert, update: the writing. undo: its way back.
"""
