"""The election is called on a regulation: phases, stations, board, clock, readiness."""
