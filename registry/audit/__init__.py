"""The log: one append-only hash chain per writer. It knows writers and actors as text only."""
