"""The closing of a station: every paper accounted for, explained and signed by two in the poll book."""
