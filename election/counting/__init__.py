"""Counting: tallies entered twice and compared, lots, the result. `methods/` has one file per method.

`python -m election.counting FILE` counts one document without a database.
"""
