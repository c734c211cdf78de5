"""Practice at the desk, on a database of its own: cards to scan, a rush, a lost line. Never with real voters."""
