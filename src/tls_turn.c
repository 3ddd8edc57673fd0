/* SPDX-License-Identifier: MIT */
#include "tls_turn.h"

#if NANGO_TLS && NANGO_THREADS
#include <mbedtls/build_info.h>
#if defined(MBEDTLS_THREADING_C)
#include <mbedtls/threading.h>

static mbedtls_threading_mutex_t mutex; /* made once: a process has one TLS after the other */
static uint8_t is_made;

int tls_turn_init(void)
{
    if (!is_made) {
        mbedtls_mutex_init(&mutex);
    }
    int rc = mbedtls_mutex_lock(&mutex);
    is_made = rc == 0;
    return rc == 0 ? mbedtls_mutex_unlock(&mutex) : rc;
}

int tls_turn_take(void)
{
    return mbedtls_mutex_lock(&mutex) == 0 ? 0 : NANGO_E_BUSY;
}

void tls_turn_end(void)
{
    (void)mbedtls_mutex_unlock(&mutex);
}

#else

/* No lock: two threads that look at the very same moment are not seen. It finds the mistake, it
 * does not allow it. */
static volatile uint8_t is_taken;

int tls_turn_init(void)
{
    return 0;
}

int tls_turn_take(void)
{
    if (is_taken) {
        return NANGO_E_BUSY;
    }
    is_taken = 1;
    return 0;
}

void tls_turn_end(void)
{
    is_taken = 0;
}

#endif
#endif
