# Same data, options and seed: the same model byte for byte, on any number of threads and in any locale.
texts 2500 1 >train.csv
for threads in 1 2 3; do handoff train train.csv --target label -o m$threads.handoff --threads $threads --quiet >/dev/null; done
cmp m1.handoff m2.handoff
cmp m1.handoff m3.handoff
LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo handoff train train.csv --target label -o again.handoff --threads 2 --quiet >/dev/null
cmp m1.handoff again.handoff
