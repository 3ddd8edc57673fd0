/* SPDX-License-Identifier: MIT
 *
 * Mbed TLS 3.6 as the host's nangoc and library use it. Everything here is there for a reason that
 * stands beside it; what is not named is off. tls.c needs from any configuration of a board:
 * MBEDTLS_SSL_CLI_C, an AEAD, ECDHE, X.509 with the trusted certificate callback, HAVE_TIME_DATE,
 * PLATFORM_MEMORY (or a product's own allocator), HMAC_DRBG, and the three hooks below.
 */
#ifndef NANGO_HOST_MBEDTLS_CONFIG_H
#define NANGO_HOST_MBEDTLS_CONFIG_H

/* No libc below Mbed TLS. Memory is the caller's arena, shared out by tls_platform.c; until it is
 * set, every allocation fails (NO_STD_FUNCTIONS leaves no calloc to fall back to). */
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_EXIT_MACRO(status) __builtin_trap()
/* Names of certificates are formatted only where a program set its snprintf (boards/host may). */
#define MBEDTLS_PLATFORM_SNPRINTF_ALT

/* Time is the settings' unix_time (mbedtls_platform_set_time) and the port's uptime
 * (mbedtls_ms_time, which tls.c defines). HAVE_TIME_DATE is what makes certificate dates count:
 * without it they go unchecked. gmtime_r is tls.c's as well: glibc's reads the time zone, with
 * malloc. */
#define MBEDTLS_HAVE_TIME
#define MBEDTLS_HAVE_TIME_DATE
#define MBEDTLS_PLATFORM_TIME_ALT
#define MBEDTLS_PLATFORM_MS_TIME_ALT
#define MBEDTLS_PLATFORM_GMTIME_R_ALT

/* Random bytes come of one DRBG that the settings' entropy feeds, in TLS and (by tls_platform.c's
 * mbedtls_psa_external_get_random) in PSA. Mbed TLS's own entropy pool is not linked. */
#define MBEDTLS_HMAC_DRBG_C
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG

/* TLS 1.2 and 1.3, client. Renegotiation, DTLS, PSK-only, EC-JPAKE, CBC, RSA and finite field key
 * exchange are off because they are not named. The server half exists only in the test build, for
 * servers inside a test's process. */
#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_CLI_C
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET /* RFC 7627: tls.c requires it in 1.2 */
#define MBEDTLS_SSL_SERVER_NAME_INDICATION
#define MBEDTLS_SSL_ALPN
#define MBEDTLS_SSL_ALL_ALERT_MESSAGES /* the server learns why it was refused */
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE /* middleboxes that know 1.2 only, RFC 8446 D.4 */
#if defined(NANGO_TEST_SERVER)
#define MBEDTLS_SSL_SRV_C
#define MBEDTLS_SSL_TICKET_C
#endif

/* Resumption: tickets in 1.2, psk_dhe_ke in 1.3 (never psk_ke, which has no forward secrecy).
 * KEEP_PEER_CERTIFICATE: 1.3 needs it, and pins are read from the certificate. */
#define MBEDTLS_SSL_SESSION_TICKETS
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE

/* Records: full size in, so that no server can send one that does not fit; 4 KB out, since a
 * request streams, but a client certificate's chain must fit. Smaller ones can be asked for. */
#define MBEDTLS_SSL_IN_CONTENT_LEN 16384
#define MBEDTLS_SSL_OUT_CONTENT_LEN 4096
#define MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#define MBEDTLS_SSL_RECORD_SIZE_LIMIT

/* AEAD suites only, the order being the preference. Restricted by this list because options like
 * AES_ONLY_128_BIT_KEY_LENGTH leave suites on offer that then fail. */
#define MBEDTLS_AES_C
#define MBEDTLS_GCM_C
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C
#define MBEDTLS_CIPHER_C
#define MBEDTLS_SSL_CIPHERSUITES                                                            \
    MBEDTLS_TLS1_3_AES_128_GCM_SHA256, MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,             \
        MBEDTLS_TLS1_3_AES_256_GCM_SHA384, MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,                                      \
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,                              \
        MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,                                \
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,                                    \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384

/* Hashes: no MD5, no SHA-1, neither in TLS nor in a certificate. HKDF: the key schedule of 1.3. */
#define MBEDTLS_MD_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#define MBEDTLS_HKDF_C

/* Public CAs sign with P-256, P-384 and RSA up to 4096 bits; X25519 is what most servers prefer.
 * Other curves are off. PKCS#1 v2.1 is RSASSA-PSS, which 1.3 requires. */
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_MPI_MAX_SIZE 512 /* bytes: RSA up to 4096 bits */
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_PKCS1_V21
#define MBEDTLS_X509_RSASSA_PSS_SUPPORT

/* X.509. Roots are found by the callback, so that a bundle of any size costs the memory of the
 * roots of one subject. PEM is for client certificates and keys (unencrypted: PKCS#5 and #12 are
 * off); bundles are read by our own code, a certificate at a time. */
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_OID_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
#define MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK
#define MBEDTLS_X509_REMOVE_INFO
#define MBEDTLS_BASE64_C
#define MBEDTLS_PEM_PARSE_C

/* PSA: 1.3 is built on it. Keys are volatile; a handshake holds one or two, of which --parallel 64
 * may have as many at once. */
#define MBEDTLS_PSA_CRYPTO_C
#define MBEDTLS_PSA_KEY_SLOT_COUNT 96

/* The processor: AES instructions where a run-time check finds them; tables in the program, not
 * in memory that is filled at the first use. */
#define MBEDTLS_HAVE_ASM
#if defined(__x86_64__)
#define MBEDTLS_AESNI_C
#elif defined(__aarch64__)
#define MBEDTLS_AESCE_C
#endif
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES

#define MBEDTLS_DEPRECATED_REMOVED

#endif
