"""Postal votes: the register of what came in, the review by two people, and what is moved before the count."""
