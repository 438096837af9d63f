#!/usr/bin/env bash
# The service under load beside FastAPI + scikit-learn, in one run, on this machine's loopback.
# Usage: bench/service.sh [DATA] [SECONDS]     DATA: folder with sst2_train.csv.gz and subj, sms (bench/short-texts.py)
# Prints one JSON object a line; docs/benchmarks.md explains them. The peer is skipped by name where fastapi is not there.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-${DATA:-../shared/data}} seconds=${2:-10}
make --no-print-directory build >&2
export PATH=$PWD/build/release:$PATH
work=$(mktemp -d "${BENCH_DIR:-$PWD/build}/service.XXXXXX")
pids=()
finish() { for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT
gcc -O2 -D_GNU_SOURCE -o "$work/load" bench/load.c
gcc -O2 -D_GNU_SOURCE -o "$work/fsync" bench/fsync.c

handoff train "$data/sst2_train.csv.gz" --target label -o "$work/m.handoff" --promise cross-fit --quiet >"$work/train.out"
zcat "$data/sst2_test.csv.gz" "$data/subj_test.csv.gz" "$data/sms_test.csv.gz" 2>/dev/null | python3 -c '
import csv, json, sys
for row in csv.reader(sys.stdin):
    if row and row[0] != "text":
        print(json.dumps({"text": row[0]}))' >"$work/bodies"

"$work/fsync" "$work"
handoff deploy "$work/m.handoff" --workspace "$work/desk" --task load --quiet >/dev/null
key=$(handoff key add bench --scope classify --workspace "$work/desk" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["key"])')
handoff serve --workspace "$work/desk" --listen 127.0.0.1:0 >"$work/url" 2>"$work/log" &
server=$!
pids+=($server)
for _ in $(seq 100); do [ -s "$work/url" ] && break; sleep 0.1; done
port=$(grep -oE '127\.0\.0\.1:[0-9]+' "$work/url" | head -n 1 | cut -d: -f2)
path=/v1/tasks/load/classify
load() { "$work/load" "$port" "$1" "$work/bodies" "$2" "$3" "$4" "$key"; }
echo "{\"what\":\"handoff, 32 connections, closed loop\",\"result\":$(load $path 32 "$seconds" 0)}"
echo "{\"what\":\"handoff, 1,000 a second offered\",\"result\":$(load $path 32 "$seconds" 1000)}"
echo "{\"what\":\"handoff, memory\",\"rss_mb\":$(awk '/VmRSS/ {printf "%.0f", $2 / 1024}' /proc/$server/status)}"
kill $server; wait $server || true

if python3 -c 'import fastapi, uvicorn, sklearn' 2>/dev/null; then
	port=$((20000 + RANDOM % 20000))
	python3 bench/fastapi_peer.py "$data/sst2_train.csv.gz" $port "${PEER_WORKERS:-2}" >&2 &
	pids+=($!)
	# It learns first, which takes minutes on a busy machine.
	for _ in $(seq 600); do (: >/dev/tcp/127.0.0.1/$port) 2>/dev/null && break; sleep 1; done
	sleep 3
	result=$("$work/load" $port /classify "$work/bodies" 32 "$seconds" 0)
	echo "{\"what\":\"FastAPI + scikit-learn, 32 connections, closed loop\",\"result\":$result}"
else
	echo '{"what":"FastAPI + scikit-learn","skipped":"the Python packages fastapi, uvicorn and scikit-learn are not there"}'
fi
