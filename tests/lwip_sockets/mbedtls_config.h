/* SPDX-License-Identifier: MIT
 *
 * The host's Mbed TLS for several tasks, with the mutexes of an operating system that Mbed TLS does
 * not know.
 */
#include "../../boards/host/mbedtls_config.h"

#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_ALT
