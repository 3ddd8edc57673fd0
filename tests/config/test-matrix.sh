#!/bin/sh
# SPDX-License-Identifier: MIT
# Compile checks, no more: our half of TLS and that of Mbed TLS with 1.2, 1.3 and both, for one's own server (small records,
# P-256) and for public ones, with and without sessions and client certificates.
set -u
cd "$(dirname "$0")/../.." || exit 2
mbedtls=${MBEDTLS_DIR:-build/deps/mbedtls}
jsmn=${JSMN_DIR:-build/deps/jsmn}
failed=0

syntax() { "${CC:-cc}" -std=c11 -fsyntax-only -DMBEDTLS_CONFIG_FILE='"tests/config/matrix.h"' -I. "$@"; }

check() { # NAME SWITCH...
    name=$1
    shift
    if syntax -Wall -Wextra -Wconversion -Wshadow -Wvla -Werror -Iinclude -isystem "$mbedtls/include" -isystem "$jsmn" "$@" \
        src/tls*.c &&
        syntax -w -I"$mbedtls/include" -I"$mbedtls/library" "$@" "$mbedtls"/library/ssl_*.c "$mbedtls"/library/x509_crt.c; then
        echo "ok - config: $name compiles"
    else
        echo "not ok - config: $name compiles: see above"
        failed=1
    fi
}

for public in 0 1; do
    for version in 12 13 both; do
        case $version in
        12) switches='-DIMAGE_TLS13=0' ;;
        13) switches='-DIMAGE_TLS13=1' ;;
        *) switches='-DIMAGE_TLS13=1 -DMATRIX_BOTH=1' ;;
        esac
        server=$([ $public = 1 ] && echo "any public server" || echo "one's own server")
        # shellcheck disable=SC2086 # a list of words
        set -- $switches -DIMAGE_PUBLIC=$public -DIMAGE_IN_LEN=2048
        check "TLS $version, $server" "$@" -DNANGO_SESSION=0 -DNANGO_CLIENT_CERT=0
        check "TLS $version, $server, sessions and client certificates" "$@" -DNANGO_SESSION=1 -DNANGO_CLIENT_CERT=1
    done
done
exit $failed
