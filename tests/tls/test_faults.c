/* SPDX-License-Identifier: MIT * Every octet of a handshake is the last one, or the one that was
 * changed; each time the connection fails in order, nothing of the caller's has left, and no
 * memory is lost. */
#include "with.h"

#include <mbedtls/platform.h>
#include <stdlib.h>

static int living;

static void *take(size_t n, size_t size)
{
    living++;
    return calloc(n, size);
}

static void give_back(void *memory)
{
    living -= memory != NULL;
    free(memory);
}

static void start(int version, const struct chain *chain)
{
    with_start(chain);
    with.peer.min_version = with.peer.max_version = version;
    with.peer.tickets = -1;
    with.settings.arena = NULL;
}

static size_t sent, received; /* by the end of the handshake */

/* Opens it, and looks whether what it took is given back. */
static int open_once(void)
{
    CHECK_INT(nango_tls_init(&with.shared, &with.settings), 0);
    int before = living;
    int rc = with_open();
    CHECK_INT(with.peer.got_len, 0);
    sent = with.peer.sent;
    received = with.peer.received;
    tls_close(&with.tls);
    CHECK_INT(living, before);
    return rc;
}

/* TLS protects all but the version that a record claims to be of, where the record is not
 * encrypted. */
static int is_version(size_t at)
{
    size_t record = 0;
    while (record + 5 <= at) {
        record += 5u + (size_t)with.peer.wire[record + 3] * 256 + with.peer.wire[record + 4];
    }
    return at - record == 1 || at - record == 2;
}

static void faults(const char *name, int version, const struct chain *chain)
{
    size_t step = getenv("NANGO_TEST_LONG") != NULL ? 1 : 23;
    start(version, chain);
    unit_case_of("a handshake without a fault", name);
    CHECK_INT(open_once(), 1);
    size_t out = sent, in = received;
    with_stop();

    unit_case_of("the peer ends at each octet", name);
    for (size_t at = 1; at < in; at += step) {
        start(version, chain);
        with.peer.cut_at = at;
        with.peer.vanish = at % 2;
        int rc = open_once(); /* signatures differ in length, so handshakes do */
        CHECK(rc == NANGO_E_RESET || (rc == 1 && with.peer.received < at));
        with_stop();
    }
    unit_case_of("the way out is reset at each octet", name);
    for (size_t at = 1; at < out; at += step) {
        start(version, chain);
        with.peer.reset_at = at;
        with.peer.cut_at = in; /* it hears nothing, so it says nothing more */
        with.peer.ended = 1;
        int rc = open_once();
        /* TLS 1.3 ends with what the client sends: that it was lost is known later. */
        CHECK(rc == NANGO_E_RESET || (rc == 1 && version == TLS1_3_VERSION && at > 200));
        with_stop();
    }
    unit_case_of("each octet is changed", name);
    size_t counts[16] = {0};
    for (size_t at = 1; at < in; at += step) {
        start(version, chain);
        with.peer.flip_at = at;
        int rc = open_once();
        if (rc == 1) {
            CHECK(is_version(at));
        } else if (rc != 0) { /* a length that grew is waited for */
            CHECK(rc <= NANGO_E_TLS_HANDSHAKE && rc > NANGO_E_NO_NAME);
            counts[(NANGO_E_TLS_HANDSHAKE - rc) & 15]++;
        }
        with_stop();
    }
    for (int i = 0; i < 16; i++) {
        if (counts[i] != 0) {
            with_note(nango_error_name(NANGO_E_TLS_HANDSHAKE - i), counts[i]);
        }
    }
}

void test_faults(void)
{
    mbedtls_platform_set_calloc_free(take, give_back);
    faults("1.2, ECDSA", TLS1_2_VERSION, &with_ec);
    faults("1.3, ECDSA", TLS1_3_VERSION, &with_ec);
    faults("1.2, RSA", TLS1_2_VERSION, &with_rsa);
    mbedtls_platform_set_calloc_free(calloc, free);
}
