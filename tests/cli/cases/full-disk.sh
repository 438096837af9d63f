# The disk fills while the model is written: status 4, no broken file, and the old model is as it was.
texts 3000 1 >train.csv
echo "the old model" >m.handoff
cp m.handoff old
# A file-size limit of 4 KiB stands for the full disk; with SIGXFSZ ignored, write() fails with EFBIG.
small() { (trap '' XFSZ; ulimit -f 4; exec "$HANDOFF" "$@"); }
refuse 4 small train train.csv --target label -o m.handoff
cmp m.handoff old || fail "the old model was damaged"
rm m.handoff
refuse 4 small train train.csv --target label -o m.handoff
refuse 4 small split train.csv --target label -o s
no_leftovers train.csv old
