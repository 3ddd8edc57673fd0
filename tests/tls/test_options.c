/* SPDX-License-Identifier: MIT
 *
 * What Mbed TLS is told when the program runs, and what ClientHello comes of it. (What it is
 * compiled with: tests/config.)
 */
#include "tls_platform.h"
#include "tls_roots.h"
#include "tls_trust.h"
#include "with.h"

#define CONF(member) (shared->conf.MBEDTLS_PRIVATE(member))

static const uint16_t sig_algs[] = {MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256,
                                    MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
                                    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,
                                    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
                                    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,
                                    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
                                    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,
                                    MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
                                    MBEDTLS_TLS1_3_SIG_NONE};

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

static void configuration(const struct tls_shared *shared)
{
    unit_case("the configuration");
    CHECK_INT(CONF(endpoint), MBEDTLS_SSL_IS_CLIENT);
    CHECK_INT(CONF(authmode), MBEDTLS_SSL_VERIFY_REQUIRED);
    CHECK_INT(CONF(min_tls_version), MBEDTLS_SSL_VERSION_TLS1_2);
    CHECK_INT(CONF(max_tls_version), MBEDTLS_SSL_VERSION_TLS1_3);
    CHECK_INT(CONF(allow_legacy_renegotiation), MBEDTLS_SSL_LEGACY_BREAK_HANDSHAKE);
    CHECK(!(CONF(tls13_kex_modes) & (int)MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK));
    CHECK(CONF(f_ca_cb) == tls_roots_find);
    CHECK(CONF(cert_profile) == &tls_trust_profile);
}

static void lists(const struct tls_shared *shared)
{
    const uint16_t *algs = CONF(sig_algs);
    unit_case("the algorithms of signatures, by preference");
    for (size_t i = 0; i < sizeof sig_algs / sizeof *sig_algs; i++) {
        CHECK_INT(algs[i], sig_algs[i]);
    }
    unit_case("the cipher suites, by preference");
    const int *offered = CONF(ciphersuite_list);
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
        CHECK_INT(offered[i], suites[i]);
    }
    unit_case("the groups of a key exchange");
    for (const uint16_t *g = CONF(group_list); *g != MBEDTLS_SSL_IANA_TLS_GROUP_NONE; g++) {
        CHECK(*g == MBEDTLS_SSL_IANA_TLS_GROUP_X25519 ||
              *g == MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1 ||
              *g == MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1);
    }
}

static void profile(void)
{
    const mbedtls_x509_crt_profile *p = &tls_trust_profile;
    unit_case("the profile of certificates");
    CHECK_INT(p->rsa_min_bitlen, 2048);
    CHECK_INT(p->allowed_mds, MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA256) |
                                  MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA384) |
                                  MBEDTLS_X509_ID_FLAG(MBEDTLS_MD_SHA512));
    CHECK_INT(p->allowed_curves, MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP256R1) |
                                     MBEDTLS_X509_ID_FLAG(MBEDTLS_ECP_DP_SECP384R1));
}

void test_options(void)
{
    unit_case("a connection");
    with_start(&with_ec);
    if (CHECK_INT(with_open(), 1)) {
        configuration(with.shared.state);
        lists(with.shared.state);
    }
    with_stop();
    profile();
}
