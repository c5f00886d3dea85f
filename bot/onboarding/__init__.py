"""The introduction and the quiz: made from the knowledge for a day and an asker, so that they never go stale.

Pure, and the same in every channel: a command and what is known of the asker go in, a `Lesson` comes out.
"""
