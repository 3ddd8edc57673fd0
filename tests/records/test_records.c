/* SPDX-License-Identifier: MIT * A receive buffer below 16 KB: servers that send records that
 * fit, and those that do not say so. What a server that grants nothing would do is the failure
 * that this prevents: it executes the request, and its answer cannot be read. */
#include "tls_platform.h"
#include "with.h"

#include <stdio.h>
#include <string.h>

static char big[20000];

#if defined(RECORDS_TLS13)
#define VERSION "1.3"
#else
#define VERSION "1.2"
#endif

/* A request and an answer that are longer than the buffers, to a server that is at its best with
 * it. */
static void granted(const char *name, const struct chain *chain)
{
    static char buf[sizeof big];
    int end;
    unit_case_of(VERSION ": a server that grants small records", name);
    with_start(chain);
    with.peer.record_size_limit = 1;
    with.peer.answer = big;
    with.peer.answer_len = sizeof big;
    with.peer.answer_after = sizeof big;
    with.peer.ends = 1;
    if (CHECK_INT(with_open(), 1)) {
        CHECK_TEXT(SSL_get_version(with.peer.ssl) + 3, 4, "v" VERSION);
        CHECK_INT(with_send(big, sizeof big), 0);
        CHECK_MEM(with.peer.got, with.peer.got_len, big, sizeof big);
        CHECK_MEM(buf, with_recv(buf, sizeof buf, &end), big, sizeof big);
        CHECK_INT(tls_recv(&with.tls, buf, 1), TLS_END);
    }
    with_note("arena", with.shared.arena_peak);
    with_stop();
}

static void silent(void)
{
    unit_case(VERSION ": a server that does not");
    with_start(&with_ec);
    with.peer.answer = "x";
    with.peer.answer_len = 1;
    CHECK_INT(nango_tls_init(&with.shared, &with.settings), 0);
#if !defined(RECORDS_TLS13)
    /* OpenSSL always grants max_fragment_length when it is asked: so it is not. */
    mbedtls_ssl_conf_max_frag_len(&((struct tls_shared *)with.shared.state)->conf,
                                  MBEDTLS_SSL_MAX_FRAG_LEN_NONE);
#endif
    CHECK_INT(with_open(), NANGO_E_TLS_RECORD);
    CHECK_INT(with.peer.got_len, 0);
    CHECK(SSL_is_init_finished(with.peer.ssl));
    with_stop();
}

/* Handshake messages must fit as a whole. */
static void long_chain(void)
{
    struct cert long_leaf;
    static char names[3200];
    size_t len = 0;
    for (int i = 0; len + 40 < sizeof names; i++) {
        len += (size_t)snprintf(names + len, sizeof names - len, "DNS:n%d.a-long-name.example,", i);
    }
    memcpy(names + len, "DNS:" HOST, sizeof "DNS:" HOST);
    with_start(&with_ec);
    cert_make(&long_leaf, &(struct cert_spec){.name = HOST, .san = names, .key = CERT_RSA2048}, 2,
              &with_rsa.intermediate);
    with_start(&with_rsa);
    with.peer.chain[0] = &long_leaf;
    with.peer.record_size_limit = 1;
    with_expect(VERSION, "a chain that does not fit", NANGO_E_TLS_RECORD);
    cert_free(&long_leaf);
}

/* RFC 8449 and RFC 6066 section 4: what is granted is granted in each handshake. */
static void resumed(void)
{
    unit_case(VERSION ": a session that is resumed, and a server that grants no more");
    with_start(&with_ec);
    with.settings.keep_session = 1;
    with.peer.remembers = 1;
    with.peer.record_size_limit = 1;
    with.peer.answer = "yes";
    with.peer.answer_len = 3;
    for (unsigned i = 0; i < 2; i++) {
        char buf[8];
        int end;
        peer_next(&with.peer);
        CHECK_INT(with_open(), 1);
        CHECK_INT(with_send("go", 2), 0);
        CHECK_INT(with_recv(buf, 3, &end), 3);
        tls_close(&with.tls);
        CHECK_INT(with.shared.resumed, i);
    }
    with.peer.record_size_limit = 0;
#if !defined(RECORDS_TLS13)
    mbedtls_ssl_conf_max_frag_len(&((struct tls_shared *)with.shared.state)->conf,
                                  MBEDTLS_SSL_MAX_FRAG_LEN_NONE);
#endif
    peer_next(&with.peer);
    CHECK_INT(with_open(), NANGO_E_RESET); /* passes, since the session may be what is wrong */
    CHECK_INT(with.peer.got_len, 0);
    tls_close(&with.tls);
    peer_next(&with.peer);
    CHECK_INT(with_open(), NANGO_E_TLS_RECORD);
    CHECK_INT(with.peer.got_len, 0);
    with_stop();
}

#if defined(MBEDTLS_ECP_RESTARTABLE)
/* MBEDTLS_ECP_RESTARTABLE: each step ends early, and none is lost. */
static void short_steps(const char *name, int with_bundle, int trusted)
{
    static char pem[4096];
    unit_case_of("short steps", name);
    with_start(&with_ec);
    if (with_bundle) {
        with.settings.trust.bundle.mem = pem;
        with.settings.trust.bundle.len = cert_pem(&with_ec.root, pem, 0, sizeof pem);
        with.settings.trust.roots_len = 0;
    } else {
        with.settings.trust.roots_len = trusted ? 2 : 1;
    }
    CHECK_INT(nango_tls_init(&with.shared, &with.settings), 0);
    int rc, steps = 0;
    while ((rc = tls_open(&with.tls, 1000)) == 0) {
        steps += with.tls.want == 0;
    }
    CHECK_INT(rc, trusted ? 1 : NANGO_E_TLS_ROOT);
    CHECK(steps > (with_bundle ? 20 : 50) || !trusted);
    with_note("steps", (size_t)steps);
    with_stop();
}
#endif

void test_records(void)
{
    for (size_t i = 0; i < sizeof big; i++) {
        big[i] = (char)(i * 31 + (i >> 8));
    }
    granted("ECDSA", &with_ec);
    granted("RSA", &with_rsa);
    silent();
    long_chain();
    resumed();
#if defined(MBEDTLS_ECP_RESTARTABLE)
    short_steps("roots in flash", 0, 1);
    short_steps("a bundle", 1, 1);
    short_steps("an unknown root", 0, 0);
#endif
}
