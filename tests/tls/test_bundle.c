/* SPDX-License-Identifier: MIT
 *
 * Roots from a bundle: in every form, of any size, with anything between.
 */
#include "with.h"

#include <stdio.h>
#include <string.h>

static char text[1 << 20];
static size_t text_len;
static size_t longest; /* that read_at was asked for */

static void put(const char *bytes, size_t len)
{
    memcpy(text + text_len, bytes, len);
    text_len += len;
}

static void put_str(const char *s)
{
    put(s, strlen(s));
}

static void put_pem(const struct cert *c)
{
    text_len = cert_pem(c, text, text_len, sizeof text);
}

static void put_der(const struct cert *c)
{
    put((const char *)c->der, c->der_len);
}

static int read_at(void *ctx, size_t off, void *buf, size_t len)
{
    if (ctx != NULL && off + len > *(size_t *)ctx) {
        return -42;
    }
    longest = len > longest ? len : longest;
    memcpy(buf, text + off, len);
    return 0;
}

static void start(void)
{
    with_start(&with_ec);
    with.settings.trust.roots_len = 0;
    text_len = 0;
}

/* From memory, then through a function. */
static void expect(const char *name, int error)
{
    with.settings.trust.bundle = (struct nango_source){.len = text_len, .mem = text};
    with_expect("in memory", name, error);
    struct nango_tls_settings settings = with.settings;
    with_start(&with_ec);
    with.settings.trust = settings.trust;
    with.settings.trust.bundle = (struct nango_source){.len = text_len, .read_at = read_at};
    with_expect("elsewhere", name, error);
}

static void forms(void)
{
    start();
    put_pem(&with_ec.root);
    expect("PEM, one certificate", 0);

    start();
    put_str("# my roots\r\n-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
    put_pem(&with_rsa.root);
    put_str("Bag Attributes\n    friendlyName: x\n");
    put_pem(&with_ec.root);
    expect("PEM with text between, and a broken one", 0);

    start();
    put_pem(&with_rsa.root);
    put_pem(&with_rsa.leaf);
    expect("PEM without the root that is wanted", NANGO_E_TLS_ROOT);

    start();
    put_pem(&with_ec.root);
    text_len -= sizeof "-----END CERTIFICATE-----\n" + 80;
    expect("PEM that is cut", NANGO_E_TLS_ROOT);

    start();
    put_str("-----BEGIN CERTIFICATE-----\nMIIB");
    put_str("-----BEGIN CERTIFICATE-----\n");
    put_pem(&with_ec.root);
    expect("PEM behind an end that is missing", 0);

    start();
    put_der(&with_rsa.root);
    put_der(&with_ec.root);
    expect("DER, back to back", 0);

    start();
    put_der(&with_rsa.root);
    put_der(&with_ec.root);
    text_len--;
    expect("DER that is cut", NANGO_E_TLS_ROOT);

    start();
    put_str("0\x82");
    expect("DER of two octets", NANGO_E_TLS_ROOT);

    start();
    put_str("no certificate here");
    expect("text", NANGO_E_TLS_ROOT);
}

/* The lines of base64 in other lengths, and in other ends. */
static void lines(void)
{
    static char pem[4096];
    size_t len = cert_pem(&with_ec.root, pem, 0, sizeof pem);
    static const size_t widths[] = {1, 7, 63, 76, 4096};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        start();
        put_str("-----BEGIN CERTIFICATE-----\r\n");
        size_t column = 0;
        for (size_t i = sizeof "-----BEGIN CERTIFICATE-----\n" - 1; i < len && pem[i] != '-'; i++) {
            if (pem[i] != '\n') {
                put(pem + i, 1);
                if (++column % widths[w] == 0) {
                    put_str("\r\n");
                }
            }
        }
        put_str("\r\n-----END CERTIFICATE-----\r\n");
        expect("PEM in lines of another length", 0);
    }
}

static void same_subject(void)
{
    struct cert other;
    cert_make(&other, &(struct cert_spec){.name = "root", .key = CERT_P384, .ca = 1}, 0, NULL);
    start();
    put_pem(&other);
    put_pem(&with_ec.root);
    put_pem(&other);
    expect("several roots of one name", 0);
    start();
    put_pem(&other);
    expect("a root of the right name with another key", NANGO_E_TLS_ROOT);
    start();
    put_pem(&other);
    static struct nango_der root;
    root = (struct nango_der){with_ec.root.der, with_ec.root.der_len};
    with.settings.trust.roots = &root;
    with.settings.trust.roots_len = 1;
    expect("roots and bundle are one set", 0);
    cert_free(&other);
}

static void failing(void)
{
    static size_t readable;
    start();
    put_pem(&with_rsa.root);
    put_pem(&with_ec.root);
    readable = text_len - 100;
    with.settings.trust.bundle =
        (struct nango_source){.len = text_len, .read_at = read_at, .ctx = &readable};
    unit_case("a bundle that cannot be read");
    CHECK_INT(with_open(), NANGO_E_SOURCE);
    CHECK_INT(with.tls.cause, -42);
    with_stop();
}

static void system_bundle(void)
{
    unit_case("the system's bundle");
    FILE *f = fopen("/etc/ssl/certs/ca-certificates.crt", "r");
    if (f == NULL) {
        unit_skip("there is no /etc/ssl/certs/ca-certificates.crt");
        return;
    }
    start();
    put_pem(&with_ec.root);
    with.settings.trust.bundle = (struct nango_source){.len = text_len, .mem = text};
    CHECK_INT(with_open(), 1);
    size_t peak = with.shared.arena_peak;
    with_stop();

    start();
    text_len = fread(text, 1, sizeof text - 10000, f);
    fclose(f);
    CHECK(text_len > 100000);
    expect("the system's bundle does not have our root", NANGO_E_TLS_ROOT);
    start();
    f = fopen("/etc/ssl/certs/ca-certificates.crt", "r");
    text_len = fread(text, 1, sizeof text - 10000, f);
    fclose(f);
    put_pem(&with_ec.root);
    longest = 0;
    with.settings.trust.bundle = (struct nango_source){.len = text_len, .read_at = read_at};
    unit_case("the system's bundle costs what one certificate costs");
    CHECK_INT(with_open(), 1);
    CHECK(longest <= 128);
    with_note("bytes of bundle", text_len);
    with_note("arena with one root", peak);
    with_note("arena with the bundle", with.shared.arena_peak);
    CHECK(with.shared.arena_peak < peak + 4096);
    with_stop();
}

void test_bundle(void)
{
    forms();
    lines();
    same_subject();
    failing();
    system_bundle();
}
