/* SPDX-License-Identifier: MIT
 *
 * What client and server agree on, and who says no.
 */
#include "with.h"

#include <string.h>

static const struct {
    const char *name;
    int error;
    int min, max;
    const char *suites;
    const char *alpn;
    uint64_t options;
} peers[] = {
    {"1.2 and 1.3", 0, 0, 0, 0, 0, 0},
    {"1.1 only", NANGO_E_TLS_VERSION, TLS1_VERSION, TLS1_1_VERSION, 0, 0, 0},
    {"1.2, AES-256-GCM only", 0, 0, TLS1_2_VERSION, "ECDHE-ECDSA-AES256-GCM-SHA384", 0, 0},
    {"1.2, ChaCha20-Poly1305 only", 0, 0, TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", 0, 0},
    {"1.2, CBC only", NANGO_E_TLS_ALERT, 0, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256", 0, 0},
    {"1.2 without extended master secret", NANGO_E_TLS_SECRET, 0, TLS1_2_VERSION, 0, 0,
     SSL_OP_NO_EXTENDED_MASTER_SECRET},
    {"1.2 with http/1.1", 0, 0, TLS1_2_VERSION, 0, "\x08http/1.1", 0},
    {"1.3 with http/1.1", 0, TLS1_3_VERSION, 0, 0, "\x08http/1.1", 0},
    {"1.2 with another protocol", NANGO_E_TLS_HANDSHAKE, 0, TLS1_2_VERSION, 0, "\x02h2", 0},
    {"1.3 with another protocol", NANGO_E_TLS_HANDSHAKE, TLS1_3_VERSION, 0, 0, "\x02h2", 0},
    {"1.2 without tickets", 0, 0, TLS1_2_VERSION, 0, 0, SSL_OP_NO_TICKET},
};

static void servers(void)
{
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        with_start(&with_ec);
        with.peer.min_version = peers[i].min;
        with.peer.max_version = peers[i].max;
        with.peer.suites = peers[i].suites;
        with.peer.alpn = peers[i].alpn;
        with.peer.options = peers[i].options;
        with_expect("a server", peers[i].name, peers[i].error);
    }
}

static void alerts(void)
{
    unit_case("the number of an alert is the cause");
    with_start(&with_ec);
    with.peer.max_version = TLS1_2_VERSION;
    with.peer.suites = "ECDHE-ECDSA-AES128-SHA256";
    CHECK_INT(with_open(), NANGO_E_TLS_ALERT);
    CHECK_INT(with.tls.cause, 40); /* handshake_failure */
    with_stop();

    unit_case("1.3: a server that wants a certificate says so after the handshake");
    with_start(&with_ec);
    with.peer.min_version = TLS1_3_VERSION;
    with.peer.client_root = &with_ec.root;
    if (CHECK_INT(with_open(), 1)) {
        char buf[10];
        int end;
        with_send("x", 1);
        CHECK_INT(with_recv(buf, sizeof buf, &end), 0);
        CHECK_INT(end, NANGO_E_TLS_ALERT);
        CHECK_INT(with.tls.cause, 116); /* certificate_required */
        CHECK_INT(with.peer.got_len, 0);
    }
    with_stop();

    unit_case("1.2: an alert is read though the way out was reset");
    with_start(&with_ec);
    with.peer.max_version = TLS1_2_VERSION;
    with.peer.client_root = &with_ec.root;
    with.peer.resets = 1;
    with.peer.vanish = 1;
    CHECK_INT(with_open(), NANGO_E_TLS_ALERT);
    CHECK_INT(with.tls.broken, NANGO_E_RESET);
    CHECK_INT(with.tls.cause, 40);
    with_stop();
}

static void client_certificates(void)
{
    static unsigned char key[2048];
    static unsigned char chain[8192];
    struct cert leaf, mail;
    cert_make(&leaf, &(struct cert_spec){.name = "device-42", .extended = "clientAuth"}, 0,
              &with_ec.intermediate);
    cert_make(&mail, &(struct cert_spec){.name = "device-42", .key = CERT_RSA2048}, 0, NULL);
    memcpy(chain, leaf.der, leaf.der_len);
    memcpy(chain + leaf.der_len, with_ec.intermediate.der, with_ec.intermediate.der_len);
    struct nango_der whole = {chain, leaf.der_len + with_ec.intermediate.der_len};
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        unit_case_of("a client certificate and its chain",
                     version == TLS1_2_VERSION ? "1.2" : "1.3");
        with_start(&with_ec);
        with.peer.min_version = with.peer.max_version = version;
        with.peer.client_root = &with_ec.root;
        with.settings.client_cert = whole;
        with.settings.client_key = (struct nango_der){key, cert_key_der(&leaf, key, sizeof key)};
        if (CHECK_INT(with_open(), 1)) {
            CHECK_INT(with_send("POST", 4), 0);
            CHECK_MEM(with.peer.got, with.peer.got_len, "POST", 4);
        }
        with_stop();
    }
    with_start(&with_ec);
    with.settings.client_cert = whole;
    with.settings.client_key = (struct nango_der){key, cert_key_der(&mail, key, sizeof key)};
    with_expect("a client certificate", "with the key of another", NANGO_E_SETTINGS);
    with_start(&with_ec);
    with.settings.client_cert = whole;
    with_expect("a client certificate", "without a key", NANGO_E_SETTINGS);
    with_start(&with_ec);
    with.settings.client_cert = (struct nango_der){chain, leaf.der_len - 1};
    with.settings.client_key = (struct nango_der){key, cert_key_der(&leaf, key, sizeof key)};
    with_expect("a client certificate", "that is cut", NANGO_E_SETTINGS);
    cert_free(&leaf);
    cert_free(&mail);
}

static void renegotiation(void)
{
    char buf[10];
    int end;
    unit_case("1.2: renegotiation is refused");
    with_start(&with_ec);
    with.peer.max_version = TLS1_2_VERSION;
    with.peer.renegotiates = 1;
    if (CHECK_INT(with_open(), 1)) {
        with_send("x", 1);
        CHECK_INT(with_recv(buf, sizeof buf, &end), 0);
        CHECK_INT(with.peer.renegotiates, 2);
        CHECK(SSL_get_state(with.peer.ssl) != TLS_ST_OK || with.peer.error);
    }
    with_stop();

    unit_case("1.2: renegotiation that is offered while a record is on its way breaks it");
    with_start(&with_ec);
    with.peer.max_version = TLS1_2_VERSION;
    with.peer.renegotiates = 1;
    if (CHECK_INT(with_open(), 1)) {
        with_send("x", 1);
        with.peer.stop_at = with.peer.sent + 10;
        CHECK_INT(tls_send(&with.tls, "abc", 3), 0);
        with.peer.ended = 1;
        with_recv(buf, sizeof buf, &end);
        CHECK_INT(end, TLS_CUT);
        CHECK_INT(tls_send(&with.tls, "abc", 3), NANGO_E_TLS_BROKEN);
        CHECK_INT(with.peer.got_len, 1);
    }
    with_stop();
}

void test_agreed(void)
{
    servers();
    alerts();
    client_certificates();
    renegotiation();
}
