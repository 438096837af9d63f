# A folder with a sub-folder per label is read label by label: that its rows are sorted is no finding.
mkdir -p d/a d/b
texts 200 1 >t.csv
i=0
sed 1d t.csv | while read -r line; do
	i=$((i + 1))
	[ $((i % 2)) = 0 ] && label=a || label=b
	printf '%s\n' "$line" >d/$label/$i.txt
done
expect 0 handoff explore d --json
json out 'o["findings"]' 'all(f["id"] != "row-order" for f in o["findings"])'
