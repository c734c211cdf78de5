"""Convening, roll call with intervals, quorum, agenda, minutes. Votes for persons are not held here."""
