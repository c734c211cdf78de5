"""Who may vote and stand: from the extract to the frozen voter roll, and its life until it is destroyed.

The law, pure:
    origin, groups      whom an origin rule covers; the group of the reserved seats
    rules, decisions    both rights of a person with reason and source; of a whole extract at once
    what_if             one extract under two rules, as counts (comparing, what_if_pages)
From the file to the frozen roll:
    extracts            an extract comes in, is compared, taken over or thrown away (import_pages, long_work)
    drawing_up          everyone decided, sorted, numbered (districts: where a district votes)
    acts, records       freezing; the tables (electorate: how many may vote, also after the end)
After that, person by person:
    corrections         struck and added, by two people with a reason (look_alikes, traces, declarations)
    objections          received with their deadline, decided (objection_records, objection_pages)
    answers, cases      “why am I not on the roll?”; everything about one entry (wording: in the reader's language)
What leaves the office:
    station_list        what a polling station receives, and nothing else (protection: whose name it may not show)
    copies, printing    numbered copies on paper
"""
