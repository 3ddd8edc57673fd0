/* SPDX-License-Identifier: MIT */
#include "shard.h"

#include "options.h"
#include "sip.h"

struct shard shard = {1, 1};

int shard_set(const char *text)
{
    const char *at = text;
    if (text == NULL) {
        return 0;
    }
    uint32_t i = options_number(&at, 65535), n = *at == '/' ? 0 : UINT32_MAX;
    at += *at == '/';
    n = n == 0 ? options_number(&at, 65535) : n;
    if (*at != 0 || n == UINT32_MAX || n == 0 || i > n) {
        return FAIL(EXIT_USAGE, "--shard %s: needs I/N, as 2/4 for the second of four", text);
    }
    i = i == 0 ? n : i; /* for schedulers that count from 0 */
    shard = (struct shard){(uint16_t)i, (uint16_t)n};
    return 0;
}

uint64_t shard_hash(struct nango_text integration, struct nango_text id, unsigned line)
{
    static const uint8_t key[SIP_KEY_LEN];
    struct sip s;
    sip_init(&s, key);
    sip_add(&s, integration.ptr, integration.len);
    sip_add(&s, "", 1); /* a NUL between */
    if (id.ptr != NULL) {
        sip_add(&s, id.ptr, id.len);
    } else {
        sip_add(&s,
                (uint8_t[]){0, (uint8_t)(line >> 24), (uint8_t)(line >> 16), (uint8_t)(line >> 8),
                            (uint8_t)line},
                5);
    }
    return sip_end(&s);
}

int shard_has(uint64_t hash)
{
    return hash % shard.n == shard.i - 1u;
}
