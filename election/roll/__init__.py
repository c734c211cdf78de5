"""Who may vote and stand: from the extract to the frozen voter roll, objections and late additions.

origin  whom an origin rule covers
rules   both rights of a person, with reason and source
"""
