#!/bin/sh
# SPDX-License-Identifier: MIT
# A port that does not fit the lwIP that it is compiled with says so, and which one does.
set -u

# refused NAME FILE OPTION VALUE WORDS: FILE does not compile where lwipopts.h has that, and says WORDS.
refused() {
    {
        echo '#include "tests/lwip_sockets/lwipopts.h"'
        echo "#undef $3"
        echo "#define $3 $4"
    } >"$TMPDIR/lwipopts.h"
    said=$("${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200809L -fsyntax-only -I"$TMPDIR" -I. -Iinclude -Iport/lwip -Iport/lwip_sockets \
        -isystem "$LWIP_DIR/src/include" -isystem "$LWIP_DIR/contrib/ports/unix/port/include" "$2" 2>&1)
    status=$?
    if [ "$5" = '' ] && [ $status -eq 0 ]; then
        echo "ok - $1"
    elif [ "$5" != '' ] && [ $status -ne 0 ] && echo "$said" | grep -q "#error \".*$5"; then
        echo "ok - $1"
    else
        echo "not ok - $1: exit status $status: $(echo "$said" | head -n 3 | tr '\n' ' ')"
    fi
}

sockets=port/lwip_sockets/nango_port_lwip_sockets.c
refused 'port/lwip_sockets compiles with what it asks for' $sockets LWIP_SOCKET 1 ''
refused 'without an operating system: port/lwip' $sockets NO_SYS 1 'take port/lwip"'
refused 'without sockets' $sockets LWIP_SOCKET 0 'needs LWIP_SOCKET'
refused 'without DNS' $sockets LWIP_DNS 0 'LWIP_DNS'
refused 'without the core lock' $sockets LWIP_TCPIP_CORE_LOCKING 0 'needs LWIP_TCPIP_CORE_LOCKING'
refused 'port/lwip under an operating system: port/lwip_sockets' port/lwip/nango_port_lwip.c LWIP_SOCKET 1 'take port/lwip_sockets"'
echo 1..6
