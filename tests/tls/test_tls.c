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
        CHECK_INT(with.peer.got_close_notify, step == 0); /* it is tried once */
    }
    with_stop();
}

/* A handshake, so that the way out can be counted from there. */
static int open_with(const char *name, int version)
{
    unit_case_of(version == TLS1_2_VERSION ? "1.2" : "1.3", name);
    with_start(&with_ec);
    with.peer.min_version = with.peer.max_version = version;
    with.peer.answer = answer;
    with.peer.answer_len = sizeof answer - 1;
    with.peer.answer_after = 1;
    return 1;
}

static char big[20000];

/* What a server says that hangs up early arrives, however the way out is. */
static void early(int version)
{
    char buf[100];
    int end;

    open_with("an early answer arrives while the port takes nothing", version);
    with.peer.answer_at_once = 1; /* with its tickets */
    if (CHECK_INT(with_open(), 1)) {
        with.peer.stop_at = with.peer.sent + 100; /* within the first record */
        CHECK_INT(tls_send(&with.tls, big, sizeof big), 0);
        CHECK_INT(with.tls.want, NANGO_WRITE);
        CHECK_INT(tls_send(&with.tls, big, sizeof big), 0);
        CHECK_MEM(buf, with_recv(buf, sizeof buf, &end), answer, sizeof answer - 1);
        CHECK_INT(end, 0);
        /* And the record goes on where it stopped, once. */
        with.peer.stop_at = 0;
        CHECK_INT(with_send(big, sizeof big), 0);
        CHECK_MEM(with.peer.got, with.peer.got_len, big, sizeof big);
    }
    with_stop();

    open_with("an early answer is read after the way out was reset, then the reset comes", version);
    with.peer.answer_at_once = 1;
    with.peer.ends = 2;
    with.peer.vanish = 1;
    if (CHECK_INT(with_open(), 1)) {
        with.peer.reset_at = with.peer.sent + 100;
        CHECK_INT(tls_send(&with.tls, big, sizeof big), 0);
        CHECK_INT(tls_send(&with.tls, big, sizeof big), 0);
        CHECK_INT(with.tls.want, NANGO_READ);
        CHECK_MEM(buf, with_recv(buf, sizeof buf, &end), answer, sizeof answer - 1);
        CHECK_INT(end, NANGO_E_RESET);
        CHECK_INT(tls_send(&with.tls, big, sizeof big), NANGO_E_RESET);
        CHECK_INT(with.tls.cause, NANGO_PORT_RESET);
    }
    with_stop();
}

static void ends(int version)
{
    char buf[100];
    int end;

    open_with("an end without close_notify is a cut", version);
    with.peer.ends = 2;
    if (CHECK_INT(with_open(), 1)) {
        CHECK_INT(with_send("x", 1), 0);
        CHECK_MEM(buf, with_recv(buf, sizeof buf, &end), answer, sizeof answer - 1);
        CHECK_INT(end, TLS_CUT);
        CHECK_INT(tls_recv(&with.tls, buf, sizeof buf), TLS_CUT);
    }
    with_stop();

    open_with("an end within a record is a cut", version);
    if (CHECK_INT(with_open(), 1)) {
        CHECK_INT(with_send("x", 1), 0);
        CHECK_INT(tls_recv(&with.tls, buf, 1), 1);
        with.peer.cut_at = with.peer.received + 10;
        with.peer.got_len = 0;
        with.peer.answered = 0;
        CHECK_INT(with_send("x", 1), 0);
        CHECK_MEM(buf, with_recv(buf, sizeof buf, &end), answer + 1, sizeof answer - 2);
        CHECK_INT(end, TLS_CUT);
    }
    with_stop();

    open_with("a reset is a reset", version);
    with.peer.ends = 2;
    with.peer.vanish = 1;
    if (CHECK_INT(with_open(), 1)) {
        CHECK_INT(with_send("x", 1), 0);
        CHECK_MEM(buf, with_recv(buf, sizeof buf, &end), answer, sizeof answer - 1);
        CHECK_INT(end, NANGO_E_RESET);
        CHECK_INT(tls_send(&with.tls, "x", 1), NANGO_E_RESET);
    }
    with_stop();

    open_with("an octet that was changed on the way breaks it", version);
    if (CHECK_INT(with_open(), 1)) {
        CHECK_INT(with_recv(buf, sizeof buf, &end), 0); /* tickets */
        with.peer.flip_at = with.peer.received + 20;
        CHECK_INT(with_send("x", 1), 0);
        CHECK_INT(with_recv(buf, sizeof buf, &end), 0);
        CHECK_INT(end, NANGO_E_TLS_BROKEN);
        CHECK_INT(tls_send(&with.tls, "x", 1), NANGO_E_TLS_BROKEN);
    }
    with_stop();
}

/* What is no answer does not keep the caller from its clock. */
static void flood(void)
{
    char buf[100];
    int end;
    open_with("a hundred tickets are read in portions", TLS1_3_VERSION);
    with.peer.tickets = 100;
    with.peer.answer_at_once = 1;
    if (CHECK_INT(with_open(), 1)) {
        unsigned calls = with.peer.calls;
        CHECK_INT(tls_recv(&with.tls, buf, sizeof buf), 0);
        CHECK_INT(with.tls.want, NANGO_READ);
        CHECK(with.peer.calls - calls <= 64);
        CHECK_MEM(buf, with_recv(buf, sizeof buf, &end), answer, sizeof answer - 1);
    }
    with_stop();
}

/* Reading finds the way out stopped within a record, at every octet of it, and moves nothing. */
static void blocked(int version)
{
    char buf[100];
    int end;
    open_with("a record that was stopped anywhere leaves once", version);
    if (!CHECK_INT(with_open(), 1)) {
        return;
    }
    with_recv(buf, sizeof buf, &end);
    for (size_t at = 1; at < 150; at++) {
        with.peer.got_len = 0;
        with.peer.answered = 0;
        with.peer.stop_at = with.peer.sent + at;
        int rc = tls_send(&with.tls, big, 100);
        if (with.peer.got_len == 0) {
            CHECK_INT(rc, 0);
            CHECK_INT(with_recv(buf, sizeof buf, &end), 0);
            with.peer.stop_at = 0;
            CHECK_INT(tls_send(&with.tls, big, 120), 100); /* more may follow */
        } else {
            CHECK_INT(rc, 100);
        }
        CHECK_MEM(with.peer.got, with.peer.got_len, big, 100);
        CHECK_MEM(buf, with_recv(buf, sizeof buf, &end), answer, sizeof answer - 1);
        with.peer.stop_at = 0;
    }
    with_stop();
}

void test_tls(void)
{
    for (size_t i = 0; i < sizeof big; i++) {
        big[i] = (char)(i * 31);
    }
    flood();
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        early(version);
        ends(version);
        blocked(version);
    }
    exchange("1.2, ECDSA", &with_ec, TLS1_2_VERSION, 0);
    exchange("1.2, RSA", &with_rsa, TLS1_2_VERSION, 0);
    exchange("1.3, ECDSA", &with_ec, TLS1_3_VERSION, 0);
    exchange("1.3, RSA", &with_rsa, TLS1_3_VERSION, 0);
    exchange("1.2, an octet at a time", &with_ec, TLS1_2_VERSION, 1);
    exchange("1.3, an octet at a time", &with_ec, TLS1_3_VERSION, 1);
}
