"""What outlives every election. The registry never knows an election.

Foundation: configuration, database, keys, findings, roles, act (one official act = one transaction),
doors (who may open which page), documents (typst).

The rooms in order:
audit       the log: one hash chain per writer
accounts    officials, roles, sign-in
regulation  the rules of a council as dated, cited data
residents   the population extract
"""
