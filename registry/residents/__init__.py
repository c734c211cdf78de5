"""The population extract: what a municipality hands over from the register.

rules      one resident, and how each cell is read
csv_file   bytes → records with physical line numbers
extract    file → typed rows and a report that names every bad line
records    extracts and residents; bulk: many rows at once; progress: told to whoever waits
comparison how an extract differs from the one before, and what of it must be explained
assessment the impact assessment (DPIA) that comes before the first real extract
"""
