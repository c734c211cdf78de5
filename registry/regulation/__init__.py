"""The rules of a council as dated, cited data.

choices         the values a regulation chooses between
rules           what a regulation says: frozen dataclasses, every value with source or openly assumed
loader          a TOML file → a Regulation, or all that is wrong with it
contradictions  values that cannot hold together (council_checks: in the council itself)
law             what contradicts the law of its time, or should be looked at again
values          every value with its key
sheet           every value in words, for a table
prose           the whole as a legal document in plain Danish (printing: on paper)
country_sets    named, dated sets of countries
calendar        the deadlines, worked out from election day
calendar_checks what is wrong with them on the real calendar (free_days: weekends and holidays)
timeline, ics   the deadlines as a drawing and as a file for calendar programs
draft_file      a regulation that is being written, unit by unit (cell_text: what a person types)
acts, records   drafts saved revision by revision, adopted by two people (pages, forms: the editor)
available       what an election can be called on: shipped ones and those adopted here
files/          the regulations that come with the program; files/templates/ the blank one
"""
