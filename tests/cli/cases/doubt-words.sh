# What a person reads: the answer first, then each check with its verdict, evidence and what to do.
trained 1500
awk -F, 'NR == 1 { print; next } { print $1 ($2 == "pos" ? " zzleakzz" : "") "," $2 }' train.csv >leak.csv
awk -F, 'NR == 1 { print; next } { print $1 ($2 == "pos" ? " zzleakzz" : "") "," $2 }' test.csv >leaktest.csv
handoff train leak.csv --target label -o leak.handoff --quiet >trained
status=0
handoff doubt leak.handoff leak.csv --test leaktest.csv --only giveaways,leaks,promise --quiet || status=$?
echo "status $status"
echo "with everything:"
handoff doubt leak.handoff leak.csv --test leaktest.csv --only giveaways,leaks,promise --all --quiet | sed 1,5d
