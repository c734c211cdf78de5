"""Who works where on the day, from when to when, and the one-day code with which they sign in there."""
