"""What may be wrong with an installation, one thing at a time, each with its cure."""
