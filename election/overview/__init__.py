"""Where an election stands: the front page with what must be done now, and the public result."""
