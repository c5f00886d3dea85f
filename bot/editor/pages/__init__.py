"""The editor's pages: a visit in, a page or another address out. They know no web library and no clock."""
