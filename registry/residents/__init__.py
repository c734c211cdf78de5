"""The population extract: what a municipality hands over from the register.

rules      one resident, and how each cell is read
csv_file   bytes → records with physical line numbers
extract    file → typed rows and a report that names every bad line
"""
