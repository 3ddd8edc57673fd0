/* SPDX-License-Identifier: MIT */
#include "roots.h"

#include "explain.h"
#include "nango_port_posix.h"
#include "settings.h"
#include "tls_platform.h"
#include "tls_roots.h"
#include "tls_session.h"
#include "tls_trust.h"

#include <mbedtls/oid.h>
#include <string.h>

enum { ROOTS_MAX = 4, ROOT_CAP = 8192, NAME_CAP = 128, KINDS = 2 };

/* A server may have a certificate of each kind, under different roots; it shows the one that the
 * client can check. */
static const uint16_t ecdsa[] = {MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
                                 MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
                                 MBEDTLS_TLS1_3_SIG_NONE};
static const uint16_t rsa[] = {MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
                               MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
                               MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
                               MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
                               MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
                               MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
                               MBEDTLS_TLS1_3_SIG_NONE};
static const struct {
    const char *name;
    const uint16_t *algorithms;
} kinds[KINDS] = {{"ECDSA", ecdsa}, {"RSA", rsa}};

struct root {
    uint8_t der[ROOT_CAP];
    size_t len;
    char name[NAME_CAP];
    mbedtls_x509_time until;
    uint8_t kinds; /* a bit for each: the chain of this kind ends here */
};

static struct found {
    struct root roots[ROOTS_MAX];
    size_t len;
    unsigned kind; /* that is being looked for */
    int seen;      /* of this chain the root, which comes first */
} found;

/* ---- the chain ------------------------------------------------------------------------------- */

/* The parts of a name that a person reads, in letters that can stand in a comment of C. */
static void read_name(char name[NAME_CAP], const mbedtls_x509_name *part)
{
    size_t len = 0;
    for (; part != NULL; part = part->next) {
        const char *before = len > 0 ? ", " : "";
        if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_COUNTRY, &part->oid) == 0 ||
            len + strlen(before) + part->val.len >= NAME_CAP) {
            continue;
        }
        memcpy(name + len, before, strlen(before));
        len += strlen(before);
        for (size_t i = 0; i < part->val.len; i++) {
            char c = (char)part->val.p[i];
            int plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || (c != 0 && strchr(" .,-()&'", c) != NULL);
            name[len++] = plain ? c : '?';
        }
    }
    name[len] = 0;
}

/* Mbed TLS's verify callback: the root comes first. */
static int take_root(void *ctx, mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
    (void)ctx;
    (void)depth;
    *flags = 0; /* tls_trust_judge has said what there was to say */
    if (found.seen++ > 0 || crt->raw.len > ROOT_CAP) {
        return 0;
    }
    struct root *r = found.roots;
    while (r < found.roots + found.len &&
           (r->len != crt->raw.len || memcmp(r->der, crt->raw.p, r->len) != 0)) {
        r++;
    }
    if (r == found.roots + found.len) {
        if (found.len == ROOTS_MAX) {
            return 0;
        }
        found.len++;
        memcpy(r->der, crt->raw.p, crt->raw.len);
        r->len = crt->raw.len;
        r->until = crt->valid_to;
        read_name(r->name, &crt->subject);
    }
    r->kinds |= (uint8_t)(1u << found.kind);
    return 0;
}

/* Verified once more, now to be looked at. */
static int find_root(const struct tls *t)
{
    uint32_t flags = 0;
    mbedtls_x509_crt *chain = (mbedtls_x509_crt *)(uintptr_t)tls_session_chain(t);
    found.seen = 0;
    return mbedtls_x509_crt_verify_with_ca_cb(chain, tls_roots_find, t->shared, &tls_trust_profile,
                                              NULL, &flags, take_root, NULL);
}

/* Returns 0, or an enum nango_error, with the cause in t. */
static int look(struct tls *t, const struct options *o)
{
    const struct nango_port *port = t->port;
    uint64_t now = port->uptime_ms(t->port_ctx);
    uint64_t end = now + (o->timeout_ms != 0 ? o->timeout_ms : 30000);
    int rc = 0;
    while (rc == 0 && now < end && !nangoc_interrupted) {
        rc = tls_open(t, (uint32_t)(end - now));
        if (rc == 0 && t->want != 0) {
            port->wait(t->port_ctx, t->want, end - now < 1000 ? (uint32_t)(end - now) : 1000);
        }
        now = port->uptime_ms(t->port_ctx);
    }
    if (rc > 0) {
        rc = find_root(t);
        rc = rc == 0 ? 0 : NANGO_E_TLS_ROOT;
    } else if (rc == 0) {
        rc = nangoc_interrupted ? NANGO_E_CANCELLED : NANGO_E_DEADLINE;
    }
    tls_close(t);
    return rc;
}

/* ---- what is printed ------------------------------------------------------------------------- */

static void put_pem(const struct root *r)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    print_f(&print_out, "-----BEGIN CERTIFICATE-----\n");
    for (size_t i = 0; i < r->len; i += 3) {
        uint32_t n = (uint32_t)r->der[i] << 16;
        n |= i + 1 < r->len ? (uint32_t)r->der[i + 1] << 8 : 0;
        n |= i + 2 < r->len ? r->der[i + 2] : 0;
        char four[] = {letters[n >> 18], letters[n >> 12 & 63], letters[n >> 6 & 63],
                       letters[n & 63], '\n'};
        four[2] = i + 1 < r->len ? four[2] : '=';
        four[3] = i + 2 < r->len ? four[3] : '=';
        print_bytes(&print_out, four, i / 3 % 16 == 15 || i + 3 >= r->len ? 5 : 4);
    }
    print_f(&print_out, "-----END CERTIFICATE-----\n");
}

static void put_array(const struct root *r, unsigned number)
{
    static const char digits[] = "0123456789abcdef";
    print_f(&print_out, "static const unsigned char root_%u[%zu] = {", number, r->len);
    for (size_t i = 0; i < r->len; i++) {
        char octet[] = {'0', 'x', digits[r->der[i] >> 4], digits[r->der[i] & 15], ','};
        print_f(&print_out, i % 16 == 0 ? "\n    " : " ");
        print_bytes(&print_out, octet, sizeof octet);
    }
    print_f(&print_out, "\n};\n");
}

static void put_root(const struct root *r, unsigned number)
{
    const mbedtls_x509_time *u = &r->until;
    print_f(&print_out, "\n/* %s\n * until %d-%d%d-%d%d, for the chain of", r->name, u->year,
            u->mon / 10, u->mon % 10, u->day / 10, u->day % 10);
    const char *before = " ";
    for (unsigned k = 0; k < KINDS; k++) {
        if (r->kinds >> k & 1) {
            print_f(&print_out, "%s%s", before, kinds[k].name);
            before = " and of ";
        }
    }
    print_f(&print_out, "\n");
    put_pem(r);
    print_f(&print_out, "*/\n");
    put_array(r, number);
}

/* A source of C that is a bundle of PEM as well: what stands between certificates is text. */
static void put_all(const struct settings *s)
{
    print_f(&print_out,
            "/* The roots of %s, out of %s; as it was when nangoc roots was called. This file\n"
            " * is C, for nango_tls_settings.trust, and PEM, for --ca. A server may change its\n"
            " * authority: give a device the roots of its next one as well. */\n"
            "#include \"nango.h\"\n",
            s->host, s->ca);
    for (unsigned i = 0; i < found.len; i++) {
        put_root(&found.roots[i], i + 1);
    }
    print_f(&print_out, "\nstatic const struct nango_der roots[] = {\n");
    for (unsigned i = 1; i <= found.len; i++) {
        print_f(&print_out, "    {root_%u, sizeof root_%u},\n", i, i);
    }
    print_f(&print_out, "};\n");
}

/* ---------------------------------------------------------------------------------------------- */

/* Why there is no root. What a server says that has no certificate of a kind counts last. */
struct why {
    struct nango_result result;
    int system_error;
};

static void note(struct why *w, int error, const struct tls *t, const struct nango_posix *posix)
{
    if (error != 0 && (w->result.error == 0 || w->result.error == NANGO_E_TLS_ALERT)) {
        w->result.error = error;
        w->result.cause = t->cause;
        w->system_error = posix->error;
    }
}

static void find_all(const struct options *o, const struct settings *s, struct why *w)
{
    struct nango_posix posix = {.error = 0};
    struct tls t = {.shared = settings_tls(), .port = &nango_port_posix, .port_ctx = &posix};
    t.host = s->host;
    t.tcp_port = s->port != 0 ? s->port : 443;
    /* Beyond TLS's errors are those of the network. */
    for (found.kind = 0; found.kind < KINDS && w->result.error > NANGO_E_NO_NAME; found.kind++) {
        struct tls_shared *shared = t.shared->state;
        mbedtls_ssl_conf_sig_algs(&shared->conf, kinds[found.kind].algorithms);
        note(w, look(&t, o), &t, &posix);
    }
}

static int explain_why(const struct options *o, const struct settings *s, const struct why *w)
{
    struct report_line line = {.options = o, .settings = s, .result = &w->result};
    line.system_error = w->system_error;
    print_f(&print_err, "nangoc: ");
    explain(&print_err, &line);
    print_f(&print_err, "\n");
    return explain_find(&w->result)->exit;
}

int roots_run(const struct options *o)
{
    static struct settings s;
    if (o->files_len != 1 || o->given_len > 0) {
        return FAIL(EXIT_USAGE, "nangoc roots HOST[:PORT]: which server's roots?");
    }
    int rc = settings_url(&s, o->files[0], o->files[0]);
    if (rc == 0 && s.plain) {
        rc = FAIL(EXIT_USAGE, "%s: plain http has no roots", o->files[0]);
    }
    rc = rc == 0 ? settings_start(&s, o, 1) : rc;
    if (rc != 0) {
        return rc;
    }
    struct why why = {.result = {.outcome = NANGO_NOT_SENT}};
    find_all(o, &s, &why);
    if (found.len > 0) {
        put_all(&s);
    } else {
        rc = explain_why(o, &s, &why);
    }
    settings_stop();
    return rc;
}
