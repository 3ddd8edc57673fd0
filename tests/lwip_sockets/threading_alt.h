/* SPDX-License-Identifier: MIT
 *
 * threading_alt.h: MBEDTLS_THREADING_ALT's mutex. As most operating systems have it, it cannot be
 * taken twice by one task, and here that is an error.
 */
#ifndef THREADING_ALT_H
#define THREADING_ALT_H

#include <pthread.h>

typedef struct {
    pthread_mutex_t mutex;
    int made;
} mbedtls_threading_mutex_t;

#endif
