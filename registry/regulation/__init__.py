"""The rules of a council as dated, cited data.

choices         the values a regulation chooses between
rules           what a regulation says: frozen dataclasses, every value with source or openly assumed
loader          a TOML file → a Regulation, or all that is wrong with it
contradictions  values that cannot hold together
country_sets    named, dated sets of countries
calendar        the deadlines, worked out from election day
files/          the regulations that come with the program
"""
