/* SPDX-License-Identifier: MIT
 *
 * Mbed TLS 3.6 as the firmware images use it. Two switches make the three images:
 *
 *     IMAGE_TLS13    1: TLS 1.3 instead of 1.2
 *     IMAGE_PUBLIC   1: any public server, so P-384 and RSA chains and records of 16 KB;
 *                    0: one's own server, P-256, which grants records of IMAGE_IN_LEN
 *
 * What is not named is off; boards/host/mbedtls_config.h says why for what both have.
 */
#ifndef NANGO_FIRMWARE_MBEDTLS_CONFIG_H
#define NANGO_FIRMWARE_MBEDTLS_CONFIG_H

#if !defined(IMAGE_TLS13) || !defined(IMAGE_PUBLIC)
#error "IMAGE_TLS13 and IMAGE_PUBLIC must be given, 0 or 1"
#endif

#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_EXIT_MACRO(status) __builtin_trap()
#define MBEDTLS_PLATFORM_SNPRINTF_ALT

#define MBEDTLS_HAVE_TIME
#define MBEDTLS_HAVE_TIME_DATE
#define MBEDTLS_PLATFORM_TIME_ALT
#define MBEDTLS_PLATFORM_MS_TIME_ALT
#define MBEDTLS_PLATFORM_GMTIME_R_ALT
#define MBEDTLS_HMAC_DRBG_C

#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_CLI_C
#define MBEDTLS_SSL_SERVER_NAME_INDICATION
#if IMAGE_TLS13
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE
#define MBEDTLS_PSA_CRYPTO_C
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
#define MBEDTLS_PSA_KEY_SLOT_COUNT 8
/* Of PSA what the key schedule and the key exchange of TLS 1.3 need; the rest does not go by it. */
#define MBEDTLS_PSA_CRYPTO_CONFIG
#define MBEDTLS_PSA_CRYPTO_CONFIG_FILE MBEDTLS_CONFIG_FILE
#define PSA_WANT_ALG_SHA_256 1
#define PSA_WANT_ALG_HMAC 1
#define PSA_WANT_ALG_HKDF_EXTRACT 1
#define PSA_WANT_ALG_HKDF_EXPAND 1
#define PSA_WANT_ALG_ECDH 1
#define PSA_WANT_ECC_SECP_R1_256 1
#define PSA_WANT_KEY_TYPE_HMAC 1
#define PSA_WANT_KEY_TYPE_DERIVE 1
#define PSA_WANT_KEY_TYPE_ECC_PUBLIC_KEY 1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_BASIC 1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_IMPORT 1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_EXPORT 1
#define PSA_WANT_KEY_TYPE_ECC_KEY_PAIR_GENERATE 1
#else
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#if IMAGE_PUBLIC
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#endif
#endif

/* Tickets: nango_session.h. Of TLS 1.3 with a key exchange, never without. */
#if NANGO_SESSION
#define MBEDTLS_SSL_SESSION_TICKETS
#if IMAGE_TLS13
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED
#endif
#endif

/* A request of 700 bytes and its record fit the way out, and so does the ClientHello. */
#if IMAGE_PUBLIC
#define MBEDTLS_SSL_IN_CONTENT_LEN 16384
#else
#define MBEDTLS_SSL_IN_CONTENT_LEN IMAGE_IN_LEN
#if IMAGE_TLS13
#define MBEDTLS_SSL_RECORD_SIZE_LIMIT
#else
#define MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#endif
#endif
#define MBEDTLS_SSL_OUT_CONTENT_LEN 1024

/* AEAD suites. ChaCha20-Poly1305 needs a third of AES's instructions, no tables (and so no cache
 * lines that give keys away), and 2.6 KB less of flash; but among public servers there are some
 * that have AES-GCM alone. */
#define MBEDTLS_CIPHER_C
#if IMAGE_PUBLIC
#define MBEDTLS_AES_C
#define MBEDTLS_GCM_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#define MBEDTLS_BLOCK_CIPHER_NO_DECRYPT
#else
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C
#endif
#if IMAGE_TLS13 && IMAGE_PUBLIC
#define MBEDTLS_SSL_CIPHERSUITES MBEDTLS_TLS1_3_AES_128_GCM_SHA256
#elif IMAGE_TLS13
#define MBEDTLS_SSL_CIPHERSUITES MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256
#elif IMAGE_PUBLIC
#define MBEDTLS_SSL_CIPHERSUITES \
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
#else
#define MBEDTLS_SSL_CIPHERSUITES MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
#endif

#define MBEDTLS_MD_C
#define MBEDTLS_SHA224_C
#define MBEDTLS_SHA256_C
#if IMAGE_PUBLIC /* hashes of their certificates */
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#endif
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_SHA512_SMALLER

#define MBEDTLS_BIGNUM_C
#define MBEDTLS_NO_UDBL_DIVISION /* a division of 64 bits is 700 bytes of libgcc */
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECP_WINDOW_SIZE 2
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
#if defined(IMAGE_SHORT_STEPS) /* a nango_poll is never long: NANGO_ECP_OPS */
#define MBEDTLS_ECP_RESTARTABLE
#endif
#if IMAGE_PUBLIC
#define MBEDTLS_MPI_MAX_SIZE 512 /* RSA up to 4096 bits */
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#if IMAGE_TLS13
#define MBEDTLS_PKCS1_V21
#define MBEDTLS_X509_RSASSA_PSS_SUPPORT
#endif
#else
#define MBEDTLS_MPI_MAX_SIZE 32
#endif

#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_OID_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
#define MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK
#define MBEDTLS_X509_REMOVE_INFO

#define MBEDTLS_HAVE_ASM
#define MBEDTLS_DEPRECATED_REMOVED

/* What belongs to private keys, which the device has none of, though the tables of pk_wrap.c keep
 * it in the image: weak here, so that verify_only.c takes its place. */
#pragma weak mbedtls_pk_sign_restartable
#pragma weak mbedtls_pk_sign_ext
#pragma weak mbedtls_ssl_tls13_write_certificate_verify
#pragma weak mbedtls_ecdsa_write_signature
#pragma weak mbedtls_ecdsa_write_signature_restartable
#pragma weak mbedtls_ecp_check_pub_priv
#pragma weak mbedtls_mpi_exp_mod
#pragma weak mbedtls_rsa_pkcs1_sign
#pragma weak mbedtls_rsa_rsassa_pss_sign_ext
#pragma weak mbedtls_rsa_pkcs1_encrypt
#pragma weak mbedtls_rsa_pkcs1_decrypt
#pragma weak mbedtls_rsa_check_pub_priv
#pragma weak mbedtls_rsa_deduce_primes
#pragma weak mbedtls_rsa_deduce_private_exponent
#pragma weak mbedtls_rsa_deduce_crt

#endif
