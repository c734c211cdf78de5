"""Certifying the result: requested by one, approved by another, signed; complaints; evidence for outsiders."""
