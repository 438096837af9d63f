# The promise's other forms: cross-fitted, per label, with a share to review, impossible ones.
texts 4000 1 >train.csv
texts 1000 2 >test.csv
expect 0 handoff train train.csv --target label -o cross.handoff --promise cross-fit --json
json out 'o["promise"]["kind"] == "cross-fit"'
expect 0 handoff evaluate cross.handoff test.csv
cat out err >both; grep -qiE 'cross-fit|approximat' both || fail "an approximate promise is not marked as one"
expect 0 handoff train train.csv --target label -o label.handoff --max-error pos=0.03 --json
json out '"promise" in o'
expect 2 handoff train train.csv --target label -o bad.handoff --max-error nosuchlabel=1.5
expect 0 handoff train train.csv --target label -o review.handoff --review-share 0.4 --json
handoff evaluate review.handoff test.csv --json --quiet >review.json || true
json review.json '0.45 <= o["automated"]["coverage"] <= 0.75'
expect 0 handoff train train.csv --target label -o strict.handoff --max-error 0.0001 --json
json out 'o["promise"] is None' 'o["labels_needed"] is None or o["labels_needed"] > 4000' 'o["strictest_possible"] > 0.0001'
