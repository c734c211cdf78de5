"""Candidates: registration, decision, ballot order, and the election that needs no poll."""
