/* SPDX-License-Identifier: MIT */
#include "nango_config.h"

#if NANGO_TLS
#include "tls_trust.h"
#include "tls_platform.h"

#include <mbedtls/error.h>
#include <mbedtls/md.h>
#include <mbedtls/oid.h>
#include <mbedtls/platform.h>

#include <string.h>

#if !defined(MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK)
#error "MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK: roots are found by a callback"
#endif

const mbedtls_x509_crt_profile tls_trust_profile = {
    .allowed_mds = MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) |
                   MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384) |
                   MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA512),
    .allowed_pks = 0xfffffff, /* those that are compiled in: ECDSA, RSA, RSASSA-PSS */
    .allowed_curves = MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP256R1) |
                      MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP384R1),
    .rsa_min_bitlen = 2048,
};

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

/* Puts the certificate in front of *roots if it is the child's issuer by name. Returns 1 if so. */
static int add_root(struct nango_tls *tls, const mbedtls_x509_crt *child, const void *der,
                    size_t len, mbedtls_x509_crt **roots)
{
    mbedtls_x509_crt *root = mbedtls_calloc(1, sizeof *root);
    if (root == NULL) {
        tls->fault = NANGO_E_TLS_ARENA;
        return 0;
    }
    mbedtls_x509_crt_init(root);
    int rc = mbedtls_x509_crt_parse_der_nocopy(root, der, len);
    if (tls_platform_no_memory(rc)) {
        tls->fault = NANGO_E_TLS_ARENA;
    }
    if (rc == 0 && root->subject_raw.len == child->issuer_raw.len &&
        memcmp(root->subject_raw.p, child->issuer_raw.p, child->issuer_raw.len) == 0) {
        root->next = *roots;
        *roots = root;
        return 1;
    }
    mbedtls_x509_crt_free(root);
    mbedtls_free(root);
    return 0;
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
        if (rc < 0) {
            continue;
        }
        if (add_root(tls, child, der, len, roots)) {
            (*roots)->MBEDTLS_PRIVATE(own_buffer) = 1; /* der is given back with it */
        } else {
            mbedtls_free(der);
        }
    }
}

int tls_trust_find(void *ctx, const mbedtls_x509_crt *child, mbedtls_x509_crt **roots)
{
    struct nango_tls *tls = ctx;
    const struct nango_trust *trust = &tls->settings.trust;
    *roots = NULL;
    add_from_bundle(tls, child, roots);
    for (size_t i = 0; i < trust->roots_len; i++) {
        add_root(tls, child, trust->roots[i].der, trust->roots[i].len, roots);
    }
    return tls->fault == 0 ? 0 : MBEDTLS_ERR_X509_FATAL_ERROR;
}

/* ----------------------------------------------------------------------------------- the chain */

static int match_pin(struct tls_judge *j, const mbedtls_x509_crt *crt)
{
    const struct nango_trust *trust = &j->tls->settings.trust;
    unsigned char sum[32];
    if (trust->pins_len == 0) {
        return 0;
    }
    int rc = mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), crt->pk_raw.p,
                        crt->pk_raw.len, sum);
    for (size_t i = 0; rc == 0 && i < trust->pins_len; i++) {
        j->pinned |= memcmp(trust->pins[i], sum, sizeof sum) == 0;
    }
    return rc;
}

/* RFC 9110 section 4.3.4: an address is compared with the iPAddress names, octet by octet. */
static int has_address(const struct tls_judge *j, const mbedtls_x509_crt *crt)
{
    for (const mbedtls_x509_sequence *name = &crt->subject_alt_names; name != NULL;
         name = name->next) {
        if ((name->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK) == MBEDTLS_X509_SAN_IP_ADDRESS &&
            name->buf.len == j->address_len &&
            memcmp(name->buf.p, j->address, j->address_len) == 0) {
            return 1;
        }
    }
    return 0;
}

static void judge_leaf(const struct tls_judge *j, const mbedtls_x509_crt *crt, uint32_t *flags)
{
    /* The subject's common name is no name of a host (RFC 9525), though Mbed TLS would take it
     * for one. */
    if (!mbedtls_x509_crt_has_ext_type(crt, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME) ||
        (j->address_len != 0 && !has_address(j, crt))) {
        *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    }
    /* A key that can make certificates has no business on a server. */
    if (mbedtls_x509_crt_get_ca_istrue(crt) == 1) {
        *flags |= MBEDTLS_X509_BADCERT_KEY_USAGE;
    }
    if (j->tls->settings.trust.pins_len != 0 && !j->pinned) {
        *flags |= MBEDTLS_X509_BADCERT_OTHER;
    }
}

static void judge_ca(const mbedtls_x509_crt *crt, uint32_t *flags)
{
    /* Version 1 has no basicConstraints: it cannot say that it is a CA. */
    if (crt->version < 3) {
        *flags |= MBEDTLS_X509_BADCERT_KEY_USAGE;
    }
    /* What a CA may not be used for, its leaves may not either. */
    if (mbedtls_x509_crt_check_extended_key_usage(crt, MBEDTLS_OID_SERVER_AUTH,
                                                  MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) != 0) {
        *flags |= MBEDTLS_X509_BADCERT_EXT_KEY_USAGE;
    }
}

int tls_trust_judge(void *ctx, mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
    struct tls_judge *j = ctx;
    int known;
    tls_platform_time(j->tls, &known);
    if (!known) {
        *flags &=
            ~(uint32_t)MBEDTLS_X509_BADCERT_FUTURE; /* newer than the floor date, that is all */
    }
    int rc = match_pin(j, crt);
    if (depth == 0) {
        judge_leaf(j, crt, flags);
    } else {
        judge_ca(crt, flags);
    }
    return rc;
}

int tls_trust_error(uint32_t flags)
{
    /* What explains the others first: a signature that is too weak is not checked, so its chain
     * ends there. */
    static const struct {
        uint32_t flags;
        int error;
    } verdicts[] = {
        {MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY,
         NANGO_E_TLS_WEAK},
        {MBEDTLS_X509_BADCERT_NOT_TRUSTED, NANGO_E_TLS_ROOT},
        {MBEDTLS_X509_BADCERT_EXPIRED, NANGO_E_TLS_EXPIRED},
        {MBEDTLS_X509_BADCERT_FUTURE, NANGO_E_TLS_NOT_YET},
        {MBEDTLS_X509_BADCERT_KEY_USAGE | MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, NANGO_E_TLS_USAGE},
        {MBEDTLS_X509_BADCERT_CN_MISMATCH, NANGO_E_TLS_NAME},
        {MBEDTLS_X509_BADCERT_OTHER, NANGO_E_TLS_PIN},
    };
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        if (flags & verdicts[i].flags) {
            return verdicts[i].error;
        }
    }
    return NANGO_E_TLS_ROOT;
}
#endif
