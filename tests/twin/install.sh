#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh DIR: puts the twin's locked libraries into DIR/node_modules, only when they are missing or the lock changed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:?usage: install.sh DIR}
if cmp -s "$here/package-lock.json" "$dir/installed"; then
    exit 0
fi
mkdir -p "$dir"
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$dir/"
(cd "$dir" && npm ci >npm.log 2>&1) || {
    echo "install.sh: npm ci failed; the end of $dir/npm.log:" >&2
    tail -n 5 "$dir/npm.log" >&2
    exit 1
}
cp "$here/package-lock.json" "$dir/installed"
