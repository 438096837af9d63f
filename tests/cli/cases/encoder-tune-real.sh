# Gradients against PyTorch on a real encoder, and a tuned one read by other programs. HO_ENCODER_FOLDER names the
# folder of a real encoder, HO_TORCH_PYTHON a python with torch, transformers and sentence-transformers.
[ -n "${HO_ENCODER_FOLDER:-}" ] || skip "fine-tuning a real encoder: set HO_ENCODER_FOLDER to its folder"
[ -n "${HO_TORCH_PYTHON:-}" ] || skip "gradients of PyTorch: set HO_TORCH_PYTHON to a python that has torch and transformers"
TUNE_GRADIENT=${TUNE_GRADIENT:-$CLI/../../build/dev/tests/tune-gradient}
check() { "$HO_TORCH_PYTHON" "$CLI/../tune/torch_check.py" "$TUNE_GRADIENT" "$@" 2>err || { tail -n 5 err >&2; fail "torch: $*"; }; }
check "$HO_ENCODER_FOLDER"
python3 - <<'P'
good = ["a delight", "wonderful acting", "I loved it", "superb story", "great fun", "a moving film", "charming", "brilliant"]
bad = ["a bore", "terrible acting", "I hated it", "dull story", "no fun", "a tedious movie", "annoying", "awful"]
with open("train.csv", "w") as t:
    t.write("text,label\n" + "".join(f"{x},good\n" for x in good) + "".join(f"{x},bad\n" for x in bad))
P
expect 0 handoff train train.csv --target label --encoder "$HO_ENCODER_FOLDER" --fine-tune --encoder-beside -o m.handoff --json
json out 'o["fine_tuning"]["used"]' 'o["fine_tuning"]["learnt_from"] == "pairs"'
check m.handoff.encoder tuned
! cmp -s m.handoff.encoder/model.safetensors "$HO_ENCODER_FOLDER/model.safetensors" || fail "nothing was learnt"
