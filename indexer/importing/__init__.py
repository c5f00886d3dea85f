"""Documents of others → text with places, and drafts of what the knowledge could take from them."""
