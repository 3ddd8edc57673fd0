/* SPDX-License-Identifier: MIT
 *
 * sip: SipHash-2-4 (Aumasson, Bernstein 2012): 64 bits over a text, which without the key of 16
 * bytes say nothing of it.
 */
#ifndef SIP_H
#define SIP_H

#include <stddef.h>
#include <stdint.h>

enum { SIP_KEY_LEN = 16 };

struct sip {
    uint64_t v[4];
    uint64_t word; /* the bytes that are no whole word yet */
    uint64_t len;
};

void sip_init(struct sip *s, const uint8_t key[SIP_KEY_LEN]);
void sip_add(struct sip *s, const void *bytes, size_t len);
uint64_t sip_end(struct sip *s);

#endif
