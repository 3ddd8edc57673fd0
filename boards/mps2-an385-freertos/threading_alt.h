/* SPDX-License-Identifier: MIT
 *
 * threading_alt.h: MBEDTLS_THREADING_ALT's mutex: FreeRTOS's, in static memory.
 */
#ifndef THREADING_ALT_H
#define THREADING_ALT_H

#include "FreeRTOS.h"
#include "semphr.h"

typedef struct {
    StaticSemaphore_t memory;
    SemaphoreHandle_t handle; /* NULL: not made */
} mbedtls_threading_mutex_t;

#endif
