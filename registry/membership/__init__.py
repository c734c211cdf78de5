"""Who sits where from when to when; why it began and ended; who is next in line; who holds which post."""
