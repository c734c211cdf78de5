"""Lists: filed with a representative, their order or side by side, and alliances that both sides file."""
