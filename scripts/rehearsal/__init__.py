"""A whole election from files, through the same acts as the pages (contracts: rehearsing a whole election).

case      the input folder, read and checked line by line
people    the officials of the case and who does which act
stages    the election played stage by stage
output    the files that every finished stage leaves
invent    a new case of invented people
"""
