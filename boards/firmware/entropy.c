/* SPDX-License-Identifier: MIT */
#include "entropy.h"

#include <string.h>

#include "board.h"
#include "mbedtls/sha256.h"

static const uint8_t *seed;

void entropy_init(const uint8_t bytes[32])
{
    seed = bytes;
}

int entropy_fill(void *ctx, void *buf, size_t len)
{
    static uint64_t counter;
    uint8_t *to = buf;
    (void)ctx;
    while (len > 0) {
        uint32_t cycles = board_cycles();
        uint8_t block[32 + sizeof counter + sizeof cycles];
        if (seed == NULL) {
            return -1;
        }
        counter++;
        memcpy(block, seed, 32);
        memcpy(block + 32, &counter, sizeof counter);
        memcpy(block + 32 + sizeof counter, &cycles, sizeof cycles);
        if (mbedtls_sha256(block, sizeof block, block, 0) != 0) {
            return -1;
        }
        size_t n = len < 32 ? len : 32;
        memcpy(to, block, n);
        to += n;
        len -= n;
    }
    return 0;
}
