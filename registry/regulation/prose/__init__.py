"""A regulation in plain Danish.

document    what a legal document is made of: chapters, paragraphs, sentences, notes
danish      words for days, hours, amounts, countries
rights      chapters 1-2: the council, its basis, who may vote and stand
seats       chapter 3: seats, votes, groups, lists, substitutes, ties
election    chapters 4-8: candidates, roll, ballot paper, poll, count
count       the articles of chapter 8
appointment chapter 9: complaints, appointment, term
council     chapters 10-12: composition, meetings, sources
legal_text  all of it: legal_text(regulation)
"""
