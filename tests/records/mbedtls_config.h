/* SPDX-License-Identifier: MIT
 *
 * The host's Mbed TLS with records as small as a device's, and with short steps of the handshake.
 * -DRECORDS_TLS13: without TLS 1.2, and with long ones.
 */
#include "../../boards/host/mbedtls_config.h"

#undef MBEDTLS_SSL_IN_CONTENT_LEN
#undef MBEDTLS_SSL_OUT_CONTENT_LEN
#define MBEDTLS_SSL_IN_CONTENT_LEN 4096
#define MBEDTLS_SSL_OUT_CONTENT_LEN 2048

#if !defined(RECORDS_TLS13)
#define MBEDTLS_ECP_RESTARTABLE
#else
#undef MBEDTLS_SSL_PROTO_TLS1_2
#undef MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#undef MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#undef MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#undef MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#endif
