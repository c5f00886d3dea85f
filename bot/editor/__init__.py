"""The editor's workbench: documents and changes that are not yet live, tried, published and taken back.

Synchronous and without a clock; whoever calls gives the time. One machine's folder, several editors.
"""
