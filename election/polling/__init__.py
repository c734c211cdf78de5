"""The polling station: opening, check-in, exchange, return, closing."""
