"""Checks evidence of a certified result. Needs Python and `cryptography`, and imports nothing of the program."""
