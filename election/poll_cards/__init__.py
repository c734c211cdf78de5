"""Poll cards: one text per voter, printed as QR and in groups; replacement cards; the send list.

The text names no one. It finds a row of the voter roll, and that row alone decides.
"""
