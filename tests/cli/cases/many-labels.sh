# 40 labels, heavily imbalanced: every label is known, and rare ones do not break training.
awk 'BEGIN { s = 5; print "text,label"; for (r = 0; r < 4000; r++) { s = (s * 16807) % 2147483647; l = int(40 * (s / 2147483647) ^ 3); t = ""; for (k = 0; k < 8; k++) { s = (s * 16807) % 2147483647; t = t (k ? " " : "") (s % 3 == 0 ? "topic" l "w" s % 7 : "common" s % 300) }; print t ",label" l } }' >t.csv
expect 0 handoff train t.csv --target label -o m.handoff --json
json out 'len(o["labels"]) == len(set(o["labels"])) and len(o["labels"]) >= 38' 'o["accuracy"] > 0.8'
