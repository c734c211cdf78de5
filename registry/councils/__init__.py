"""Councils, their terms, kinds of seats and seats: a seat exists while it is empty."""
