# The same answers in the same order on one thread and on several.
trained
handoff classify m.handoff test.csv --threads 1 >one
handoff classify m.handoff test.csv --threads 4 >four
cmp one four
