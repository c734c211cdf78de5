"""The polling station: opening, check-in, exchange, return, postal votes, closing."""
