# Loaded before every case. The cases run in an empty folder of their own with `set -euo pipefail`.

handoff() { "$HANDOFF" "$@"; }
skip() { echo "$*" >&2; exit 77; }
fail() { echo "$*" >&2; exit 1; }

# expect STATUS COMMAND...: run it, stdout to ./out and stderr to ./err, and check its exit status.
# STATUS may be several, "0|3". A crash is never what was expected.
expect() {
	local wanted=$1 status=0
	shift
	"$@" >out 2>err || status=$?
	case "|$wanted|" in
	*"|$status|"*) ;;
	*) tail -n 20 out err >&2; fail "status $status, expected $wanted: $*" ;;
	esac
}

# refuse STATUS COMMAND...: the same, and a refusal leaves stdout empty and says something on stderr.
refuse() {
	expect "$@"
	[ ! -s out ] || fail "a refusal printed on stdout: ${*:2}"
	[ -s err ] || fail "a refusal without a message: ${*:2}"
	! grep -qiE 'sanitizer|runtime error|assertion' err || { cat err >&2; fail "an internal error: ${*:2}"; }
}

json() { python3 "$CLI/json-check.py" "$@" || fail "json"; }
lines() { wc -l <"$1" | tr -d ' '; }
no_leftovers() { # NAME...: nothing but these in the folder (and out, err)
	local extra
	extra=$(ls -A | grep -vxE "$(printf '%s|' "$@")out|err" || true)
	[ -z "$extra" ] || fail "left behind: $extra"
}

# texts ROWS SEED [NOISE [WORDS]]: CSV with header text,label. Ten words a text (WORDS), most from a common vocabulary,
# some from the label's own; NOISE is the share of labels that are drawn at random (0.02). Park-Miller generator.
texts() {
	awk -v n="$1" -v seed="$2" -v noise="${3:-0.02}" -v words="${4:-10}" '
		function u() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
		function word(i,   w, k) {
			w = ""
			for (k = 0; k < 3; k++) { w = w substr("bdfgklmnprst", i % 12 + 1, 1) substr("aeiou", int(i / 12) % 5 + 1, 1); i = int(i / 7) + 13 * k }
			return w
		}
		BEGIN {
			seed = seed * 7919 + 17
			print "text,label"
			for (r = 0; r < n; r++) {
				side = u() < 0.5
				text = ""
				for (k = 0; k < words; k++) {
					x = u()
					if (x < 0.35) i = (side ? 4000 : 6000) + int(u() * 40)
					else if (x < 0.38) i = (side ? 6000 : 4000) + int(u() * 40)
					else i = int(u() * 900)
					text = text (k ? " " : "") word(i) (i >= 4000 ? (i < 6000 ? "o" : "u") : "")
				}
				if (u() < noise) side = u() < 0.5
				print text "," (side ? "pos" : "neg")
			}
		}'
}

# A small model, with its data: train.csv, test.csv, m.handoff. trained [ROWS [train options]]
trained() {
	local rows=${1:-3000}
	shift || true
	texts "$rows" 1 >train.csv
	texts 1000 2 >test.csv
	handoff train train.csv --target label -o m.handoff --quiet "$@" >/dev/null || fail "training failed"
}

# serving DIR [OPTIONS]: start `handoff serve` on a free port; sets URL, SERVER (its process id) and LINK (of the first
# admin, or empty). It is stopped when the case ends; `stopped` stops it before and checks that it ends well.
serving() {
	local dir=$1
	shift
	: >serve.out
	"$HANDOFF" serve --workspace "$dir" --listen 127.0.0.1:0 "$@" >serve.out 2>serve.err &
	SERVER=$!
	trap 'kill $SERVER 2>/dev/null || true' EXIT
	until_true 'grep -q ^http serve.out || ! kill -0 $SERVER 2>/dev/null'
	URL=$(head -n 1 serve.out)
	LINK=$(sed -n 's/^First admin (name: [^)]*): //p' serve.out)
	case $URL in http://127.0.0.1:*) ;; *) cat serve.out serve.err >&2; fail "the service did not start" ;; esac
}
stopped() {
	local status=0
	kill -TERM "$SERVER"
	wait "$SERVER" || status=$?
	trap - EXIT
	[ $status = 0 ] || { cat serve.err >&2; fail "the service ended with status $status"; }
}
# request METHOD PATH [BODY]: to the service, with $KEY; the body goes to ./out, see request.py for the exit status
request() { KEY=${KEY:-} python3 "$CLI/request.py" "$1" "$URL$2" ${3+"$3"}; }
# until_true CONDITION: look ten times a second, for ten seconds
until_true() {
	local i
	for i in $(seq 100); do
		if eval "$1"; then return 0; fi
		sleep 0.1
	done
	fail "did not come true: $1"
}
