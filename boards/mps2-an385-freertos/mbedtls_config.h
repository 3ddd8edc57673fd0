/* SPDX-License-Identifier: MIT
 *
 * The firmware's Mbed TLS, for several tasks.
 */
#include "../firmware/mbedtls_config.h"

#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_ALT
