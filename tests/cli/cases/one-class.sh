# Nothing to learn: one class, one row a class, equal texts. A clear refusal (3), and no file.
texts 300 1 | sed '2,$s/,.*/,same/' >one.csv
refuse 3 handoff train one.csv --target label -o m.handoff
printf 'text,label\nfirst text here,a\nanother text there,b\n' >two.csv
refuse 3 handoff train two.csv --target label -o m.handoff
texts 300 1 | sed '2,$s/.*,/always the same words,/' >equal.csv
refuse 3 handoff train equal.csv --target label -o m.handoff
no_leftovers one.csv two.csv equal.csv
