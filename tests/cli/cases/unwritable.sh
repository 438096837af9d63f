# A place that cannot be written to is system trouble (4).
texts 600 1 >t.csv
refuse 4 handoff train t.csv --target label -o nowhere/m.handoff
refuse 4 handoff split t.csv -o nowhere/s
no_leftovers t.csv
