"""Who stands: from the first word of a draft to the names on the ballot, and the poll that is not needed.

The law, pure:
    rules, names        states, parts, who counts as a supporter; names on the ballot
    bench               what so many candidates mean for so many seats
The case:
    records, history    its tables; the steps that are never changed (findings: what is said when it cannot be)
    part_acts, typed    what is filled in, part by part, cleaned at the door (photos: made anew from the pixels)
    case_acts           sent, decided, refused by two, complained of, withdrawn, struck (acceptance, filled: what
                        must hold before, and what is there)
    supporter_acts      supporters by MitID and on paper
    mails               what the candidate is written to about
The phase:
    acts, deadlines     opening, extending, closing; the ballot order; no poll (uncontested: its result)
The office's pages:
    pages, inbox        every case and what it waits for (bench_records, office_records)
    case_pages          one case: checks with their sections, decisions (case_screen, case_forms, checks)
    paper_pages         the counter; part_pages: what the office writes for somebody (paper_forms, qr)
    board_pages         the ballot order, the poll that is called off
What the candidate sees is in `own_case`, what everybody sees in `presentation`.
"""
