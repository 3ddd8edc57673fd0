/* SPDX-License-Identifier: MIT */
#include "nango_config.h"

#if NANGO_TLS
#include "tls_roots.h"
#include "tls_platform.h"

#include <mbedtls/error.h>
#include <mbedtls/oid.h>
#include <mbedtls/platform.h>

#include <string.h>

#if !defined(MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK)
#error "MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK: roots are found by a callback"
#endif

/* ---------------------------------------------------------------------------------- the bundle */
/* Octets of a source, one by one, through a small window. */
struct bundle {
    struct nango_tls *tls;
    const struct nango_source *source;
    size_t off; /* of the octet that comes next */
    int pem;
    uint32_t bits; /* of base64 that do not make an octet yet, below a 1 that says how many */
    uint8_t window[96];
};

enum { BUNDLE_END = -1, CERTIFICATE_MAX = 8192 };

static int raw_octet(struct bundle *b)
{
    const struct nango_source *s = b->source;
    if (b->off >= s->len) {
        return BUNDLE_END;
    }
    if (s->read_at == NULL) {
        return ((const uint8_t *)s->mem)[b->off++];
    }
    size_t at = b->off % sizeof b->window;
    if (at == 0) {
        size_t len = s->len - b->off < sizeof b->window ? s->len - b->off : sizeof b->window;
        int rc = s->read_at(s->ctx, b->off, b->window, len);
        if (rc != 0) {
            b->tls->fault = NANGO_E_SOURCE;
            b->tls->cause = rc;
            b->off = s->len;
            return BUNDLE_END;
        }
    }
    b->off++;
    return b->window[at];
}

/* RFC 7468: goes behind the line that begins the next certificate. Returns 0 where there is
 * none. */
static int find_begin(struct bundle *b)
{
    static const char line[] = "-----BEGIN CERTIFICATE-----";
    size_t at = 0; /* of the line; beyond its end: this is another line */
    for (;;) {
        int c = raw_octet(b);
        if (c == BUNDLE_END) {
            return 0;
        }
        if (c == '\n' || c == '\r') {
            at = 0;
        } else if (at < sizeof line - 1 && c == line[at]) {
            if (++at == sizeof line - 1) {
                b->bits = 1;
                return 1;
            }
        } else {
            at = sizeof line;
        }
    }
}

static int base64_value(int c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The next octet of a certificate, or BUNDLE_END: of the text, or of what is base64. */
static int octet(struct bundle *b)
{
    if (!b->pem) {
        return raw_octet(b);
    }
    /* 1 and n bits: an octet is there from n = 8 on; of 4 signs the bits are used up at n = 0. */
    while (b->bits < 0x100) {
        int c = raw_octet(b);
        if (c == '\n' || c == '\r' || c == ' ' || c == '\t') {
            continue;
        }
        int value = base64_value(c);
        if (value < 0) {
            return BUNDLE_END;
        }
        b->bits = b->bits << 6 | (uint32_t)value;
    }
    unsigned extra = b->bits >> 12 ? 4 : b->bits >> 10 ? 2 : 0;
    int c = (int)(b->bits >> extra & 0xff);
    b->bits = 1u << extra | (b->bits & ((1u << extra) - 1));
    return c;
}

/* The DER header of a certificate, 4 octets at head. Returns the length of the whole, or 0: it
 * is none. */
static size_t certificate_len(struct bundle *b, uint8_t head[4])
{
    for (int i = 0; i < 4; i++) {
        int c = octet(b);
        if (c == BUNDLE_END) {
            return 0;
        }
        head[i] = (uint8_t)c;
    }
    /* A sequence of 128 octets to 64 KB: none is shorter (X.690 8.1.3). */
    size_t len = head[1] == 0x82   ? 4 + ((size_t)head[2] << 8 | head[3])
                 : head[1] == 0x81 ? 3u + head[2]
                                   : 0;
    return head[0] == 0x30 && len <= CERTIFICATE_MAX ? len : 0;
}

/* The next certificate, in memory of its own. Returns 1; 0: there is none; < 0: this one is
 * broken, or there is no memory. */
static int next_certificate(struct bundle *b, uint8_t **der, size_t *len)
{
    uint8_t head[4];
    *der = NULL;
    if (b->pem ? !find_begin(b) : b->off >= b->source->len) {
        return 0;
    }
    *len = certificate_len(b, head);
    if (*len == 0) {
        b->off = b->pem ? b->off : b->source->len; /* nothing says where the next one would be */
        return -1;
    }
    uint8_t *memory = mbedtls_calloc(1, *len);
    if (memory == NULL) {
        b->tls->fault = NANGO_E_TLS_ARENA;
        return -1;
    }
    memcpy(memory, head, sizeof head);
    for (size_t i = sizeof head; i < *len; i++) {
        int c = octet(b);
        if (c == BUNDLE_END) {
            mbedtls_free(memory);
            return -1;
        }
        memory[i] = (uint8_t)c;
    }
    *der = memory;
    return 1;
}

/* ----------------------------------------------------------------------------------- the roots */

/* Mbed TLS does not read what is signed with a hash that it lacks. But what a root has signed is
 * itself, which proves nothing and is never checked; and many that are in use did so with SHA-1 (30
 * of the 144 in Debian 12). So while a root is read, its algorithm has another name of the same
 * length. Returns how often `from` was found. */
#if defined(MBEDTLS_RSA_C)
enum { SHA1_WITH_RSA = 5, SHA256_WITH_RSA = 11 }; /* RFC 8017, below 1.2.840.113549.1.1 */

static int rename_algorithm(uint8_t *der, size_t len, uint8_t from, uint8_t to)
{
    const uint8_t name[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, from};
    int found = 0;
    for (size_t i = 0; i + sizeof name <= len; i++) {
        if (memcmp(der + i, name, sizeof name) == 0) {
            der[i + sizeof name - 1] = to;
            found++;
        }
    }
    return found;
}
#endif

/* Of memory of its own, which it then uses. */
static int read_own(mbedtls_x509_crt *root, uint8_t *der, size_t len)
{
#if defined(MBEDTLS_RSA_C)
    int renamed = rename_algorithm(der, len, SHA1_WITH_RSA, SHA256_WITH_RSA);
    int rc = mbedtls_x509_crt_parse_der_nocopy(root, der, len);
    if (renamed != 0) {
        rename_algorithm(der, len, SHA256_WITH_RSA, SHA1_WITH_RSA);
    }
    return rc;
#else
    return mbedtls_x509_crt_parse_der_nocopy(root, der, len);
#endif
}

static int is_issuer(const mbedtls_x509_crt *root, const mbedtls_x509_crt *child)
{
    return child == NULL ||
           (root->subject_raw.len == child->issuer_raw.len &&
            memcmp(root->subject_raw.p, child->issuer_raw.p, child->issuer_raw.len) == 0);
}

/* Puts the certificate in front of *roots if it is the child's issuer by name. own: it is the
 * caller's memory, which then goes to the root. Returns 1 if so; 0 if not; < 0: it cannot be read
 * where it stands. */
static int add_root(struct nango_tls *tls, const mbedtls_x509_crt *child, uint8_t *own,
                    const void *der, size_t len, mbedtls_x509_crt **roots)
{
    mbedtls_x509_crt *root = mbedtls_calloc(1, sizeof *root);
    if (root == NULL) {
        tls->fault = NANGO_E_TLS_ARENA;
        return 0;
    }
    mbedtls_x509_crt_init(root);
    int rc =
        own != NULL ? read_own(root, own, len) : mbedtls_x509_crt_parse_der_nocopy(root, der, len);
    if (tls_platform_no_memory(rc)) {
        tls->fault = NANGO_E_TLS_ARENA;
    }
    if (rc == 0 && is_issuer(root, child)) {
        root->MBEDTLS_PRIVATE(own_buffer) = own != NULL; /* given back with it */
        root->next = *roots;
        *roots = root;
        return 1;
    }
    mbedtls_x509_crt_free(root);
    mbedtls_free(root);
    return rc == MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG + MBEDTLS_ERR_OID_NOT_FOUND ? -1 : 0;
}

static void add_own(struct nango_tls *tls, const mbedtls_x509_crt *child, uint8_t *der, size_t len,
                    mbedtls_x509_crt **roots)
{
    if (add_root(tls, child, der, NULL, len, roots) != 1) {
        mbedtls_free(der);
    }
}

static void add_from_bundle(struct nango_tls *tls, const mbedtls_x509_crt *child,
                            mbedtls_x509_crt **roots)
{
    struct bundle b = {.tls = tls, .source = &tls->settings.trust.bundle};
    if (b.source->len == 0) {
        return;
    }
    b.pem = raw_octet(&b) != 0x30; /* DER: one or more, back to back */
    b.off = 0;
    uint8_t *der;
    size_t len;
    int rc;
    while (tls->fault == 0 && (rc = next_certificate(&b, &der, &len)) != 0) {
        if (rc > 0) {
            add_own(tls, child, der, len, roots);
        }
    }
}

static void add_from_flash(struct nango_tls *tls, const mbedtls_x509_crt *child,
                           const struct nango_der *root, mbedtls_x509_crt **roots)
{
    if (add_root(tls, child, NULL, root->der, root->len, roots) < 0) {
        uint8_t *copy = mbedtls_calloc(1, root->len);
        if (copy == NULL) {
            tls->fault = NANGO_E_TLS_ARENA;
            return;
        }
        memcpy(copy, root->der, root->len);
        add_own(tls, child, copy, root->len, roots);
    }
}

int tls_roots_find(void *ctx, const mbedtls_x509_crt *child, mbedtls_x509_crt **roots)
{
    struct nango_tls *tls = ctx;
    const struct nango_trust *trust = &tls->settings.trust;
    *roots = NULL;
    add_from_bundle(tls, child, roots);
    for (size_t i = 0; i < trust->roots_len; i++) {
        add_from_flash(tls, child, &trust->roots[i], roots);
    }
    return tls->fault == 0 ? 0 : MBEDTLS_ERR_X509_FATAL_ERROR;
}

#if defined(MBEDTLS_ECP_RESTARTABLE)
int tls_roots_all(struct nango_tls *tls, mbedtls_x509_crt **roots)
{
    const struct nango_trust *trust = &tls->settings.trust;
    *roots = NULL;
    for (size_t i = 0; i < trust->roots_len && tls->fault == 0; i++) {
        add_from_flash(tls, NULL, &trust->roots[i], roots);
    }
    return tls->fault == 0 ? 0 : MBEDTLS_ERR_X509_FATAL_ERROR;
}
#endif
#endif
