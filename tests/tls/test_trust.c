/* SPDX-License-Identifier: MIT
 *
 * Whom a connection believes, and by what name it refuses.
 */
#include "with.h"

#include <string.h>

#define DAY 86400L
#define TRUSTED(c) ((struct nango_der){(c).der, (c).der_len})

/* Chains with one thing wrong; of the leaf, the intermediate or the root. */
static const struct {
    const char *name;
    int error;
    struct cert_spec leaf, intermediate, root;
} bad[] = {
    {"nothing is wrong", 0, {0}, {0}, {0}},
    {"another host", NANGO_E_TLS_NAME, {.san = "DNS:other.example"}, {0}, {0}},
    {"a subdomain", NANGO_E_TLS_NAME, {.san = "DNS:www." HOST}, {0}, {0}},
    {"a wildcard for the host itself", NANGO_E_TLS_NAME, {.san = "DNS:*." HOST}, {0}, {0}},
    {"a wildcard for a whole top-level domain",
     NANGO_E_TLS_NAME,
     {.san = "DNS:*.example"},
     {0},
     {0}},
    {"the host beside such a wildcard", 0, {.san = "DNS:*.example,DNS:Nango.example"}, {0}, {0}},
    {"a wildcard within a label", NANGO_E_TLS_NAME, {.san = "DNS:nan*.example"}, {0}, {0}},
    {"no subjectAltName, the common name is the host", NANGO_E_TLS_NAME, {.san = ""}, {0}, {0}},
    {"the host as an e-mail address", NANGO_E_TLS_NAME, {.san = "email:a@" HOST}, {0}, {0}},
    {"expired", NANGO_E_TLS_EXPIRED, {.from = -2 * DAY, .until = -DAY}, {0}, {0}},
    {"not yet valid", NANGO_E_TLS_NOT_YET, {.from = DAY, .until = 2 * DAY}, {0}, {0}},
    {"an intermediate that has expired",
     NANGO_E_TLS_EXPIRED,
     {0},
     {.from = -2 * DAY, .until = -DAY},
     {0}},
    {"a root that has expired", NANGO_E_TLS_EXPIRED, {0}, {0}, {.from = -2 * DAY, .until = -DAY}},
    {"a CA as leaf", NANGO_E_TLS_USAGE, {.ca = 1}, {0}, {0}},
    {"a leaf that may only sign mail",
     NANGO_E_TLS_USAGE,
     {.extended = "emailProtection"},
     {0},
     {0}},
    {"a leaf of a client", NANGO_E_TLS_USAGE, {.extended = "clientAuth"}, {0}, {0}},
    {"a leaf for any use", 0, {.extended = "anyExtendedKeyUsage"}, {0}, {0}},
    {"a leaf without keyUsage", 0, {.usage = ""}, {0}, {0}},
    {"a leaf as CA", NANGO_E_TLS_ROOT, {0}, {.constraints = "CA:FALSE"}, {0}},
    {"a CA without basicConstraints", NANGO_E_TLS_ROOT, {0}, {.ca = -1}, {0}},
    {"a CA that may not sign certificates", NANGO_E_TLS_ROOT, {0}, {.usage = "cRLSign"}, {0}},
    {"a CA for mail", NANGO_E_TLS_USAGE, {0}, {.extended = "emailProtection"}, {0}},
    {"a CA of version 1", NANGO_E_TLS_ROOT, {0}, {.version1 = 1}, {0}},
    {"a root of version 1", NANGO_E_TLS_USAGE, {0}, {0}, {.version1 = 1}},
    {"a path that is too long",
     NANGO_E_TLS_ROOT,
     {0},
     {0},
     {.constraints = "critical,CA:TRUE,pathlen:0"}},
    {"a leaf with a critical extension that nobody knows",
     NANGO_E_TLS_USAGE,
     {.critical = "1.2.3.4"},
     {0},
     {0}},
    {"a CA with a critical extension that nobody knows",
     NANGO_E_TLS_USAGE,
     {0},
     {.critical = "1.2.3.4"},
     {0}},
    {"name constraints", NANGO_E_TLS_USAGE, {0}, {.names = "critical,permitted;DNS:org"}, {0}},
    {"lax name constraints", NANGO_E_TLS_USAGE, {0}, {.names = "permitted;DNS:org"}, {0}},
    {"name constraints of a root", NANGO_E_TLS_USAGE, {0}, {0}, {.names = "excluded;DNS:org"}},
    {"RSA of 1024 bits", NANGO_E_TLS_WEAK, {.key = CERT_RSA1024}, {0}, {0}},
    {"a CA of RSA of 1024 bits", NANGO_E_TLS_WEAK, {0}, {.key = CERT_RSA1024}, {0}},
    {"a P-384 CA", 0, {0}, {.key = CERT_P384}, {.key = CERT_P384}},
    {"RSA of 2048 bits below ECDSA", 0, {.key = CERT_RSA2048}, {0}, {0}},
};

static struct chain made;

static void make_chain(struct cert_spec leaf, struct cert_spec intermediate, struct cert_spec root)
{
    leaf.name = HOST;
    leaf.san = leaf.san == NULL ? "DNS:" HOST : leaf.san;
    intermediate.name = "bad intermediate";
    intermediate.ca = intermediate.ca == 0 ? 1 : intermediate.ca;
    root.name = "bad root";
    root.ca = root.ca == 0 ? 1 : root.ca;
    if (intermediate.md != NULL) {
        root.md = NULL;
    }
    cert_make(&made.root, &root, 0, NULL);
    cert_make(&made.intermediate, &intermediate, 1, &made.root);
    cert_make(&made.leaf, &leaf, 2, &made.intermediate);
    with_start(&made);
    with.roots[0] = TRUSTED(made.root);
    with.settings.trust.roots_len = 1;
}

static void free_chain(void)
{
    cert_free(&made.leaf);
    cert_free(&made.intermediate);
    cert_free(&made.root);
}

static void bad_chains(int version)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        make_chain(bad[i].leaf, bad[i].intermediate, bad[i].root);
        with.peer.min_version = with.peer.max_version = version;
        with_expect(version == TLS1_2_VERSION ? "1.2" : "1.3", bad[i].name, bad[i].error);
        free_chain();
    }
}

static void weak_signatures(void)
{
    /* Mbed TLS passes over what it cannot check, so that the next one stands as the leaf. */
    static const struct {
        const char *name;
        const EVP_MD *(*md)(void);
        int error;
    } sums[] = {{"SHA-1", EVP_sha1, NANGO_E_TLS_USAGE},
                {"MD5", EVP_md5, NANGO_E_TLS_USAGE},
                {"SHA-384", EVP_sha384, 0},
                {"SHA-512", EVP_sha512, 0}};
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        make_chain((struct cert_spec){.md = sums[i].md(), .key = CERT_RSA2048},
                   (struct cert_spec){.key = CERT_RSA2048}, (struct cert_spec){0});
        with_expect("a leaf signed with", sums[i].name, sums[i].error);
        free_chain();
    }
}

/* A root's signature upon itself is not checked, whatever its hash. */
static void old_roots(void)
{
    static char bundle[4096];
    static uint8_t before[4096];
    for (int times = 0; times < 2; times++) {
        make_chain((struct cert_spec){0}, (struct cert_spec){0},
                   (struct cert_spec){.md = EVP_sha1(), .key = CERT_RSA2048});
        memcpy(before, made.root.der, made.root.der_len);
        with.peer.chain[2] = NULL; /* Mbed TLS 3.6 stumbles over it in 1.3 if it is sent last */
        if (times == 1) {
            size_t len = cert_pem(&made.root, bundle, 0, sizeof bundle);
            with.settings.trust = (struct nango_trust){.bundle = {.len = len, .mem = bundle}};
        }
        with_expect("a root signed with SHA-1", times == 0 ? "in flash" : "in a bundle", 0);
        CHECK_MEM(before, made.root.der_len, made.root.der, made.root.der_len);
        free_chain();
    }
}

static void broken_chains(void)
{
    /* In 1.2 OpenSSL does not even offer it. */
    make_chain((struct cert_spec){.usage = "keyEncipherment"}, (struct cert_spec){0},
               (struct cert_spec){0});
    with.peer.min_version = TLS1_3_VERSION;
    with_expect("1.3", "a leaf that may not sign", NANGO_E_TLS_USAGE);
    free_chain();
    make_chain((struct cert_spec){.md = EVP_sha1()}, (struct cert_spec){0}, (struct cert_spec){0});
    with.peer.chain[1] = NULL;
    with_expect("chains", "nothing but a leaf that cannot be checked", NANGO_E_TLS_WEAK);
    free_chain();

    with_start(&with_ec);
    with.settings.trust.roots_len = 1; /* the RSA root */
    with_expect("chains", "a root that is not trusted", NANGO_E_TLS_ROOT);
    with_start(&with_ec);
    with.peer.chain[1] = NULL;
    with_expect("chains", "the intermediate is missing", NANGO_E_TLS_ROOT);
    with_start(&with_ec);
    with.peer.chain[1] = &with_ec.root;
    with.peer.chain[2] = &with_ec.intermediate;
    with_expect("chains", "the chain is in disorder", 0);
    with_start(&with_ec);
    with.peer.chain[2] = NULL;
    with_expect("chains", "the root is not sent", 0);
    with_start(&with_ec);
    with.roots[0] = TRUSTED(with_ec.intermediate);
    with.settings.trust.roots_len = 1;
    with_expect("chains", "an intermediate is trusted by itself", 0);

    struct cert self;
    with_start(&with_ec);
    cert_make(&self, &(struct cert_spec){.name = HOST, .san = "DNS:" HOST}, 0, NULL);
    with.peer.chain[0] = &self;
    with.peer.chain[1] = NULL;
    with_expect("chains", "a leaf signed by itself", NANGO_E_TLS_ROOT);
    cert_free(&self);
}

static void addresses(void)
{
    static const struct {
        const char *name, *host, *san;
        int error;
    } cases[] = {
        {"a name below a wildcard", "api.nango.example", "DNS:*.nango.example", 0},
        {"an IPv4 address", "192.0.2.1", "IP:192.0.2.1", 0},
        {"an IPv6 address", "2001:db8::1", "IP:2001:db8::1", 0},
        {"another address", "192.0.2.1", "IP:192.0.2.2", NANGO_E_TLS_NAME},
        {"an address as DNS name", "192.0.2.1", "DNS:192.0.2.1", NANGO_E_TLS_NAME},
        {"an address that the certificate has as URI", "2001:db8::1", "URI:2001:db8::1",
         NANGO_E_TLS_NAME},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_chain((struct cert_spec){.san = cases[i].san}, (struct cert_spec){0},
                   (struct cert_spec){0});
        with.tls.host = cases[i].host;
        with_expect("the host is", cases[i].name, cases[i].error);
        CHECK_INT(with.peer.sni[0] != 0, i == 0);
        free_chain();
    }
}

static void pins(void)
{
    static uint8_t pin[2][32];
    const struct cert *of[] = {&with_ec.leaf, &with_ec.intermediate, &with_ec.root};
    static const char *const names[] = {"the pin of the leaf", "the pin of the intermediate",
                                        "the pin of the root"};
    for (size_t i = 0; i < 3; i++) {
        with_start(&with_ec);
        cert_pin(of[i], pin[1]);
        with.settings.trust.pins = (const uint8_t(*)[32])pin;
        with.settings.trust.pins_len = 2;
        with_expect("pins", names[i], 0);
    }
    with_start(&with_ec);
    cert_pin(&with_rsa.root, pin[1]);
    with.settings.trust.pins = (const uint8_t(*)[32])pin;
    with.settings.trust.pins_len = 2;
    with_expect("pins", "another pin", NANGO_E_TLS_PIN);
    with_start(&with_ec);
    cert_pin(&with_ec.leaf, pin[1]);
    with.settings.trust.pins = (const uint8_t(*)[32])pin;
    with.settings.trust.pins_len = 2;
    with.settings.trust.roots_len = 1;
    with_expect("pins", "a pin does not replace the chain", NANGO_E_TLS_ROOT);
}

static void clocks(void)
{
    with_start(&with_ec);
    with.now = 0;
    with_expect("time", "no time and no floor", NANGO_E_TLS_CLOCK);
    CHECK_INT(with.peer.opened, 0);
    with_start(&with_ec);
    with.settings.unix_time = NULL;
    with_expect("time", "no clock and no floor", NANGO_E_TLS_CLOCK);
    with_start(&with_ec);
    with.now = 0;
    with.settings.floor_time = CERT_NOW - 30 * DAY;
    with_expect("time", "a floor: newer certificates are not from the future", 0);
    with_start(&with_ec);
    with.now = 0;
    with.settings.floor_time = CERT_NOW + 2 * DAY;
    with_expect("time", "a floor: what has expired before it has expired", NANGO_E_TLS_EXPIRED);
    with_start(&with_ec);
    with.now = CERT_NOW + 2 * DAY;
    with.settings.floor_time = CERT_NOW;
    with_expect("time", "the clock goes before the floor", NANGO_E_TLS_EXPIRED);
}

void test_trust(void)
{
    bad_chains(TLS1_2_VERSION);
    bad_chains(TLS1_3_VERSION);
    weak_signatures();
    old_roots();
    broken_chains();
    addresses();
    pins();
    clocks();
}
