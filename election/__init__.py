"""One election, from the call to the council that has constituted itself. The rooms in the order of the work:

call        the election is called on a regulation: phases, stations, board, clock, readiness
roll        who may vote and stand; the frozen voter roll
candidacy   candidates: registration, decision, ballot order, uncontested elections
lists       lists of candidates, their representatives and alliances
presentation  who stands, for everybody: pages, the booklet, open data
own_case    what candidates and their supporters do online
poll_cards  poll cards with QR, replacement cards
look_up     “may I vote?”: a person asks about themself, by card or by MitID
ballots     the ballot paper and the paper ledger
staffing    who works where on the day; the one-day codes with which they sign in
polling     the polling station: opening, check-in, exchange, return, envelopes, turnout
postal      postal votes: register, review by two, moving too few
alone       a station that has lost its line: package, journal, taking over
paper_forms numbered forms for the day when nothing works
packets     sealed packets, their seals, and their arrival
closing     doors, papers counted, small boxes, objections, the signed poll book
training    practice at the desk, on a database of its own
counting    tallies entered twice, differences, lots, the result; methods/ has one file per method
certification  the result confirmed by two people, signed; complaints; evidence for outsiders
constitution   the constitutive meeting: posts in rounds, lots
retention      what is kept and for how long: zero report, impact assessment, the end of the roll
overview       the front page, the public result, what must be done now
"""
