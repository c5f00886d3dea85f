"""The revisions of the state's tables, one file each: r0001 and up, never changed once published.

A revision is written by hand. What changes a column uses `op.batch_alter_table`, for SQLite's sake.
"""
