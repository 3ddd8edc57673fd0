/* SPDX-License-Identifier: MIT */
#include "nango_config.h"

#if NANGO_TLS
#include "tls_shared.h"
#include "tls_platform.h"
#include "tls_resume.h"
#include "tls_roots.h"
#include "tls_trust.h"

#include <mbedtls/platform.h>
#if defined(MBEDTLS_PSA_CRYPTO_C)
#include <psa/crypto.h>
#endif

#if defined(MBEDTLS_SSL_PROTO_TLS1_2) && !defined(MBEDTLS_SSL_EXTENDED_MASTER_SECRET)
#error "MBEDTLS_SSL_EXTENDED_MASTER_SECRET: TLS 1.2 is not used without it (RFC 7627)"
#endif

#if TLS_SMALL_RECORDS && defined(MBEDTLS_SSL_PROTO_TLS1_2) && \
    !defined(MBEDTLS_SSL_MAX_FRAGMENT_LENGTH)
#error "MBEDTLS_SSL_MAX_FRAGMENT_LENGTH: for records that fit MBEDTLS_SSL_IN_CONTENT_LEN"
#endif
#if TLS_SMALL_RECORDS && defined(MBEDTLS_SSL_PROTO_TLS1_3) && \
    !defined(MBEDTLS_SSL_RECORD_SIZE_LIMIT)
#error "MBEDTLS_SSL_RECORD_SIZE_LIMIT: for records that fit MBEDTLS_SSL_IN_CONTENT_LEN"
#endif

/* By preference, where the configuration does not say. */
#if !defined(MBEDTLS_SSL_CIPHERSUITES)
static const int suites[] = {MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
                             MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
                             MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
                             MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                             MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                             MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                             MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
                             MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                             MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
                             0};
#endif

static const uint16_t sig_algs[] = {
#if defined(MBEDTLS_ECDSA_C)
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
#if defined(MBEDTLS_ECP_DP_SECP384R1_ENABLED) && defined(MBEDTLS_SHA384_C)
    MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
#endif
#endif
#if defined(MBEDTLS_PKCS1_V21)
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
#if defined(MBEDTLS_SHA384_C)
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
#endif
#if defined(MBEDTLS_SHA512_C)
    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
#endif
#endif
#if defined(MBEDTLS_PKCS1_V15)
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
#if defined(MBEDTLS_SHA384_C)
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
#endif
#if defined(MBEDTLS_SHA512_C)
    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
#endif
#endif
    MBEDTLS_TLS1_3_SIG_NONE};

#if defined(MBEDTLS_SSL_ALPN)
static const char *const alpn[] = {"http/1.1", NULL};
#endif

static int configure(struct nango_tls *tls, mbedtls_ssl_config *conf)
{
    int rc = mbedtls_ssl_config_defaults(conf, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                         MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_authmode(conf, MBEDTLS_SSL_VERIFY_REQUIRED);
    /* RFC 5746: of a server that does not know it nobody can tell whether this handshake is its
     * first one, or whether somebody has spoken to it before, in whose name we would go on. */
    mbedtls_ssl_conf_legacy_renegotiation(conf, MBEDTLS_SSL_LEGACY_BREAK_HANDSHAKE);
    mbedtls_ssl_conf_rng(conf, tls_platform_random, tls);
    mbedtls_ssl_conf_ca_cb(conf, tls_roots_find, tls);
    mbedtls_ssl_conf_cert_profile(conf, &tls_trust_profile);
    mbedtls_ssl_conf_sig_algs(conf, sig_algs);
#if !defined(MBEDTLS_SSL_CIPHERSUITES)
    mbedtls_ssl_conf_ciphersuites(conf, suites);
#endif
#if defined(MBEDTLS_SSL_ALPN)
    rc = rc == 0 ? mbedtls_ssl_conf_alpn_protocols(conf, (const char **)(uintptr_t)alpn) : rc;
#endif
#if TLS_SMALL_RECORDS && defined(MBEDTLS_SSL_PROTO_TLS1_2)
    /* It holds for both directions. */
    size_t least = MBEDTLS_SSL_IN_CONTENT_LEN < MBEDTLS_SSL_OUT_CONTENT_LEN
                       ? MBEDTLS_SSL_IN_CONTENT_LEN
                       : MBEDTLS_SSL_OUT_CONTENT_LEN;
    unsigned char code = least >= 4096   ? MBEDTLS_SSL_MAX_FRAG_LEN_4096
                         : least >= 2048 ? MBEDTLS_SSL_MAX_FRAG_LEN_2048
                         : least >= 1024 ? MBEDTLS_SSL_MAX_FRAG_LEN_1024
                                         : MBEDTLS_SSL_MAX_FRAG_LEN_512;
    rc = rc == 0 ? mbedtls_ssl_conf_max_frag_len(conf, code) : rc;
    /* Mbed TLS 3.6 asks in a ClientHello for 1.3 too, and then refuses the 1.3 server that
     * grants it. */
    mbedtls_ssl_conf_max_tls_version(conf, MBEDTLS_SSL_VERSION_TLS1_2);
#endif
#if defined(MBEDTLS_SSL_SESSION_TICKETS)
    mbedtls_ssl_conf_session_tickets(conf, TLS_RESUME && tls->settings.keep_session
                                               ? MBEDTLS_SSL_SESSION_TICKETS_ENABLED
                                               : MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
#endif
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
    /* Mbed TLS would offer psk_ke, which has no forward secrecy, even where it is compiled
     * without. */
    mbedtls_ssl_conf_tls13_key_exchange_modes(
        conf, (int)MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ALL);
#endif
#if defined(MBEDTLS_SSL_SESSION_TICKETS) && defined(MBEDTLS_SSL_PROTO_TLS1_3)
    mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(
        conf, MBEDTLS_SSL_TLS1_3_SIGNAL_NEW_SESSION_TICKETS_ENABLED);
#endif
    return rc;
}

/* The client's own certificate, with those that lead up to it behind, and its key. */
static int own_certificate(struct nango_tls *tls, struct tls_shared *shared)
{
    const struct nango_tls_settings *s = &tls->settings;
    const uint8_t *der = s->client_cert.der;
    size_t left = s->client_cert.len;
    int rc = 0;
    for (mbedtls_x509_crt *crt = &shared->cert; rc == 0 && left > 0;) {
        rc = mbedtls_x509_crt_parse_der_nocopy(&shared->cert, der, left);
        crt = crt->next != NULL ? crt->next : crt;
        der += crt->raw.len;
        left -= crt->raw.len;
    }
    if (rc == 0) {
        rc = mbedtls_pk_parse_key(&shared->key, s->client_key.der, s->client_key.len, NULL, 0,
                                  tls_platform_random, tls);
    }
    if (rc == 0) {
        rc = mbedtls_pk_check_pair(&shared->cert.pk, &shared->key, tls_platform_random, tls);
    }
    return rc == 0 ? mbedtls_ssl_conf_own_cert(&shared->conf, &shared->cert, &shared->key) : rc;
}

static int init(struct nango_tls *tls)
{
    struct tls_shared *shared = mbedtls_calloc(1, sizeof *shared);
    if (shared == NULL) {
        return NANGO_E_TLS_ARENA;
    }
    tls->state = shared;
    mbedtls_ssl_config_init(&shared->conf);
    mbedtls_x509_crt_init(&shared->cert);
    mbedtls_pk_init(&shared->key);
    mbedtls_hmac_drbg_init(&shared->drbg);
    int rc = mbedtls_hmac_drbg_seed(&shared->drbg, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256),
                                    tls_platform_entropy, tls, NULL, 0);
#if defined(MBEDTLS_PSA_CRYPTO_C)
    rc = rc == 0 ? (int)psa_crypto_init() : rc;
#endif
#if defined(MBEDTLS_ECP_RESTARTABLE)
    mbedtls_ecp_set_max_ops(NANGO_ECP_OPS);
#endif
    rc = rc == 0 ? configure(tls, &shared->conf) : rc;
    if (rc == 0 && tls->settings.client_cert.len != 0) {
        rc = NANGO_CLIENT_CERT ? own_certificate(tls, shared) : MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE;
    }
    if (tls->fault != 0) {
        return tls->fault;
    }
    tls->cause = rc;
    return rc == 0 ? 0 : NANGO_E_SETTINGS;
}

int tls_shared_init(struct nango_tls *tls)
{
    int rc = tls_platform_init(tls);
    if (rc == 0) {
        rc = init(tls);
        if (rc != 0) {
            tls_shared_free(tls);
        }
    }
    return rc;
}

void tls_shared_free(struct nango_tls *tls)
{
    struct tls_shared *shared = tls->state;
    if (shared != NULL) {
#if TLS_RESUME
        tls_resume_forget(tls);
#endif
        mbedtls_ssl_config_free(&shared->conf);
        mbedtls_x509_crt_free(&shared->cert);
        mbedtls_pk_free(&shared->key);
        mbedtls_hmac_drbg_free(&shared->drbg);
        mbedtls_free(shared);
    }
#if defined(MBEDTLS_PSA_CRYPTO_C)
    /* Where the allocator is the program's own, so is PSA. */
    if (tls->settings.arena != NULL) {
        mbedtls_psa_crypto_free();
    }
#endif
    tls_platform_free(tls);
    tls->state = NULL;
}

/* Unless tls_shared_leave took it down, or there was no trust before. */
static int ready(struct nango_tls *tls)
{
    return tls->state != NULL ? 0 : tls_shared_init(tls);
}

int tls_shared_reseed(struct nango_tls *tls)
{
    int rc = ready(tls);
    if (rc == 0) {
        struct tls_shared *shared = tls->state;
        rc = mbedtls_hmac_drbg_reseed(&shared->drbg, NULL, 0) == 0 ? 0 : NANGO_E_TLS_ENTROPY;
    }
    return rc;
}

int tls_shared_enter(struct nango_tls *tls)
{
    int rc = ready(tls);
    if (rc == 0) {
        ((struct tls_shared *)tls->state)->sessions++;
    }
    return rc;
}

void tls_shared_leave(struct nango_tls *tls, int faulty)
{
    struct tls_shared *shared = tls->state;
    shared->faulty = shared->faulty || faulty;
    shared->sessions--;
    if (shared->sessions == 0 && shared->faulty) {
        tls_shared_free(tls); /* tls_shared_enter finds it gone */
    }
}

int tls_shared_random(struct nango_tls *tls, void *buf, size_t len)
{
    return tls_platform_random(tls, buf, len) == 0 ? 0 : NANGO_E_TLS_ENTROPY;
}
#endif
