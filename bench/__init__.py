"""Measures what exports take, beside what a user would otherwise pick: `make bench`."""
