#!/usr/bin/env bash
# Install the Debian packages of the named groups that are missing.
# Usage: install-packages.sh GROUP...      groups: see scripts/packages.txt
# Quick and silent when nothing is missing. As root or with a password-less sudo it installs; otherwise it prints the
# exact command and stops with status 1. HANDOFF_SKIP_PACKAGES=1 skips the check (other distributions).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ "${HANDOFF_SKIP_PACKAGES:-}" = 1 ] && exit 0
[ $# -gt 0 ] || { echo "usage: install-packages.sh GROUP..." >&2; exit 2; }

wanted() { # prints "package command" for the groups asked for
	local group
	for group; do
		awk -v g="$group" '!/^#/ && $1 == g { print $2, $3; found = 1 } END { exit !found }' "$here/packages.txt" || {
			echo "install-packages.sh: no group '$group' in scripts/packages.txt" >&2
			exit 2
		}
	done
}

list=$(wanted "$@")
if ! command -v dpkg-query >/dev/null; then
	echo "This is not a Debian system. Install what these Debian packages hold, then set HANDOFF_SKIP_PACKAGES=1:" >&2
	awk '{ print "  " $1 }' <<<"$list" | sort -u >&2
	exit 1
fi

missing=$(
	# shellcheck disable=SC2046
	{
		dpkg-query -W -f 'have ${Package} ${db:Status-Status}\n' $(awk '{ print $1 }' <<<"$list") 2>/dev/null || true
		while read -r package cmd; do
			if [ -n "$cmd" ] && command -v "$cmd" >/dev/null; then echo "have $package installed"; fi
			echo "want $package"
		done <<<"$list"
	} | awk '$1 == "have" && $3 == "installed" { have[$2] = 1 }
		$1 == "want" { want[++n] = $2 }
		END { for (i = 1; i <= n; i++) if (!have[want[i]]++) print want[i] }'
)
[ -n "$missing" ] || exit 0
missing=$(tr '\n' ' ' <<<"$missing" | sed 's/ *$//')

if [ "$(id -u)" = 0 ]; then
	as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
	as_root=(sudo -n)
else
	echo "These Debian packages are missing and this user may not install them. Please run:" >&2
	echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing" >&2
	exit 1
fi

apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null; }
install() { apt install -y --no-install-recommends $missing; }
echo "Installing Debian packages: $missing" >&2
fresh=no
if ! compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null; then
	apt update >&2
	fresh=yes
fi
if ! install >&2; then
	# Lists may be old, and name versions that the mirror no longer has.
	[ $fresh = no ] || exit 1
	apt update >&2
	install >&2 || {
		echo "Installing failed; the command was: apt-get install -y --no-install-recommends $missing" >&2
		exit 1
	}
fi
