"""One folder per format, and nothing else. Start with `text/`."""
