/* SPDX-License-Identifier: MIT */
#include "sip.h"

#include <string.h>

static uint64_t turn(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static void rounds(uint64_t v[4], int n)
{
    while (n-- > 0) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = turn(v[1], 13) ^ v[0];
        v[3] = turn(v[3], 16) ^ v[2];
        v[0] = turn(v[0], 32) + v[3];
        v[2] += v[1];
        v[3] = turn(v[3], 21) ^ v[0];
        v[1] = turn(v[1], 17) ^ v[2];
        v[2] = turn(v[2], 32);
    }
}

static uint64_t read_word(const uint8_t *p)
{
    uint64_t word = 0;
    for (int i = 8; i-- > 0;) {
        word = word << 8 | p[i];
    }
    return word;
}

static void add_word(struct sip *s, uint64_t word)
{
    s->v[3] ^= word;
    rounds(s->v, 2);
    s->v[0] ^= word;
}

void sip_init(struct sip *s, const uint8_t key[SIP_KEY_LEN])
{
    uint64_t k0 = read_word(key), k1 = read_word(key + 8);
    s->v[0] = k0 ^ 0x736f6d6570736575;
    s->v[1] = k1 ^ 0x646f72616e646f6d;
    s->v[2] = k0 ^ 0x6c7967656e657261;
    s->v[3] = k1 ^ 0x7465646279746573;
    s->word = 0;
    s->len = 0;
}

void sip_add(struct sip *s, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    while (len > 0) {
        if (s->len % 8 == 0 && len >= 8) {
            add_word(s, read_word(p));
            s->len += 8;
            p += 8;
            len -= 8;
            continue;
        }
        s->word |= (uint64_t)*p++ << s->len % 8 * 8;
        len--;
        if (++s->len % 8 == 0) {
            add_word(s, s->word);
            s->word = 0;
        }
    }
}

uint64_t sip_end(struct sip *s)
{
    add_word(s, s->word | s->len << 56);
    s->v[2] ^= 0xff;
    rounds(s->v, 4);
    return s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3];
}
