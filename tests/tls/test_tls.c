/* SPDX-License-Identifier: MIT
 *
 * Connections that work, and the ways in which they end.
 */
#include "with.h"

#include <string.h>

static const char request[] = "POST /connections HTTP/1.1\r\n\r\n";
static const char answer[] = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

static void exchange(const char *name, const struct chain *chain, int version, size_t step)
{
    char buf[100];
    int end;
    unit_case_of("a request and its answer", name);
    with_start(chain);
    with.peer.min_version = with.peer.max_version = version;
    with.peer.step = step;
    with.peer.slow = step != 0;
    with.peer.answer = answer;
    with.peer.answer_len = sizeof answer - 1;
    with.peer.answer_after = sizeof request - 1;
    with.peer.ends = 1;
    if (CHECK_INT(with_open(), 1)) {
        CHECK_INT(with_send(request, sizeof request - 1), 0);
        CHECK_MEM(with.peer.got, with.peer.got_len, request, sizeof request - 1);
        size_t len = 0;
        do {
            len += with_recv(buf + len, sizeof buf - len, &end);
        } while (end == 0 && len > 0);
        CHECK_MEM(buf, len, answer, sizeof answer - 1);
        CHECK_INT(end, TLS_END);
        CHECK_INT(tls_recv(&with.tls, buf, sizeof buf), TLS_END);
        CHECK_TEXT(with.peer.sni, strlen(with.peer.sni), HOST);
        tls_close(&with.tls);
        CHECK_INT(with.peer.got_close_notify, 1);
    }
    with_stop();
}

void test_tls(void)
{
    exchange("1.2, ECDSA", &with_ec, TLS1_2_VERSION, 0);
    exchange("1.2, RSA", &with_rsa, TLS1_2_VERSION, 0);
    exchange("1.3, ECDSA", &with_ec, TLS1_3_VERSION, 0);
    exchange("1.3, RSA", &with_rsa, TLS1_3_VERSION, 0);
    exchange("1.2, an octet at a time", &with_ec, TLS1_2_VERSION, 1);
    exchange("1.3, an octet at a time", &with_ec, TLS1_3_VERSION, 1);
}
