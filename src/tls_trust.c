/* SPDX-License-Identifier: MIT */
#include "nango_config.h"

#if NANGO_TLS
#include "tls_trust.h"
#include "tls_platform.h"

#include <mbedtls/md.h>
#include <mbedtls/oid.h>

#include <string.h>

const mbedtls_x509_crt_profile tls_trust_profile = {
    .allowed_mds = MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) |
                   MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384) |
                   MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA512),
    .allowed_pks = 0xfffffff, /* those that are compiled in: ECDSA, RSA, RSASSA-PSS */
    .allowed_curves = MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP256R1) |
                      MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP384R1),
    .rsa_min_bitlen = 2048,
};

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

/* Is the host among the names, as it is, not by a wildcard? */
static int has_name(const struct tls_judge *j, const mbedtls_x509_crt *crt)
{
    size_t len = strlen(j->host);
    for (const mbedtls_x509_sequence *name = &crt->subject_alt_names; name != NULL;
         name = name->next) {
        size_t i = 0;
        int is_name = (name->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK) == MBEDTLS_X509_SAN_DNS_NAME &&
                      name->buf.len == len;
        while (is_name && i < len && ((name->buf.p[i] ^ (uint8_t)j->host[i]) & 0xdf) == 0) {
            i++;
        }
        if (is_name && i == len) {
            return 1;
        }
    }
    return 0;
}

/* What Mbed TLS compares beyond: a host of two labels matches no wildcard, which then would be one
 * for a whole top-level domain (*.com). */
static int is_named(const struct tls_judge *j, const mbedtls_x509_crt *crt)
{
    if (j->address_len != 0) {
        return has_address(j, crt);
    }
    const char *dot = strchr(j->host, '.');
    return dot == NULL || strchr(dot + 1, '.') != NULL || has_name(j, crt);
}

static void judge_leaf(const struct tls_judge *j, const mbedtls_x509_crt *crt, uint32_t *flags)
{
    /* The subject's common name is no name of a host (RFC 9525), though Mbed TLS would take it
     * for one. */
    if (!mbedtls_x509_crt_has_ext_type(crt, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME)) {
        *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH | TLS_TRUST_NAMELESS;
    } else if (!is_named(j, crt)) {
        *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    }
    /* A key that can make certificates has no business on a server. */
    if (mbedtls_x509_crt_get_ca_istrue(crt) == 1) {
        *flags |= MBEDTLS_X509_BADCERT_KEY_USAGE | TLS_TRUST_CA;
    }
    if (j->tls->settings.trust.pins_len != 0 && !j->pinned) {
        *flags |= MBEDTLS_X509_BADCERT_OTHER;
    }
}

/* RFC 5280 section 4.2.1.10. Mbed TLS does not know nameConstraints: it refuses to read those that
 * are critical, as they must be, and would pass over others. */
static int is_constrained(const mbedtls_x509_crt *crt)
{
    static const uint8_t id[] = {0x06, 0x03, 0x55, 0x1d, 0x1e};
    for (size_t i = 0; i + sizeof id <= crt->v3_ext.len; i++) {
        if (memcmp(crt->v3_ext.p + i, id, sizeof id) == 0) {
            return 1;
        }
    }
    return 0;
}

static void judge_ca(const mbedtls_x509_crt *crt, uint32_t *flags)
{
    /* Version 1 has no basicConstraints: it cannot say that it is a CA. */
    if (crt->version < 3) {
        *flags |= MBEDTLS_X509_BADCERT_KEY_USAGE;
    }
    if (is_constrained(crt)) {
        *flags |= MBEDTLS_X509_BADCERT_KEY_USAGE | TLS_TRUST_CONSTRAINED;
    }
    /* What a CA may not be used for, its leaves may not either. */
    if (mbedtls_x509_crt_check_extended_key_usage(crt, MBEDTLS_OID_SERVER_AUTH,
                                                  MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) != 0) {
        *flags |= MBEDTLS_X509_BADCERT_EXT_KEY_USAGE;
    }
}

/* The chain ends here, without a root. */
static void judge_end(const mbedtls_x509_crt *crt, int depth, uint32_t *flags)
{
    if (crt->subject_raw.len == crt->issuer_raw.len &&
        memcmp(crt->subject_raw.p, crt->issuer_raw.p, crt->issuer_raw.len) == 0) {
        *flags |= TLS_TRUST_SELF;
    }
    *flags |= depth == 0 ? TLS_TRUST_ALONE : 0;
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
#if TLS_RESUME
    uint64_t until = tls_platform_seconds(&crt->valid_to);
    j->until = j->until == 0 || until < j->until ? until : j->until;
#endif
    int rc = match_pin(j, crt);
    if (depth == 0) {
        judge_leaf(j, crt, flags);
    } else {
        judge_ca(crt, flags);
    }
    if (*flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) {
        judge_end(crt, depth, flags);
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
