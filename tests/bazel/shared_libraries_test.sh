#!/bin/bash
# A program that was built with -c opt contains abseil and RE2: a shared libabsl would be a second
# one. The packages that docs/troubleshooting.md names for an image are those of the shared
# libraries that it needs. Without -c opt there is nothing to check.
set -u
program=$1 page=$2
VERSION_ID=''
# shellcheck source=/dev/null
[ ! -r /etc/os-release ] || . /etc/os-release

libraries=$(ldd "$program" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p')
if grep -q libprotobuf <<<"$libraries" || ! command -v dpkg-query >/dev/null; then
  echo "not a program to ship: skipped"
  exit 0
fi

if grep '/lib\(absl\|re2\|grpc\)' <<<"$libraries" >&2; then
  echo "ldd $program lists what should be inside" >&2
  exit 1
fi

# libc6 and libgcc-s1 are in every Debian, certificates are not a library.
needed=$(for library in $libraries; do
  for path in "$library" "$(realpath "$library")" "/usr$library"; do
    dpkg-query -S "$path" 2>/dev/null | sed 's/[:,].*//'
  done
done | grep -v '^libc6$\|^libgcc-s1$' | sort -u)
documented=$(sed -n "/^# Debian $VERSION_ID\$/{n;s/^apt-get install --no-install-recommends //p}" "$page" |
  tr ' ' '\n' | grep -v '^ca-certificates$' | sort -u)

[[ $needed == "$documented" ]] && exit
printf 'ldd %s needs\n%s\nbut %s names\n%s\n' "$program" "$needed" "$page" "$documented" >&2
exit 1
