"""`scripts/strain`: what must hold when something breaks, tried again and again at random moments."""
