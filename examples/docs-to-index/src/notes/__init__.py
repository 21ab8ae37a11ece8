"""Make a folder of Markdown notes searchable."""
