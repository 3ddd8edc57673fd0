/* SPDX-License-Identifier: MIT */
#include "settings.h"

#include <stddef.h>
#include <string.h>

#include "board.h"
#include "crc.h"

static int is_text(const char *text, size_t cap)
{
    return memchr(text, 0, cap) != NULL;
}

const struct settings *settings_read(void)
{
    const struct settings *s = board_settings();
    const size_t covered = offsetof(struct settings, entropy);
    if (s->magic != SETTINGS_MAGIC ||
        s->crc != crc32((const uint8_t *)s + covered, sizeof *s - covered)) {
        return NULL;
    }
    int whole = is_text(s->host, sizeof s->host) && is_text(s->secret_key, sizeof s->secret_key) &&
                is_text(s->provider_config_key, sizeof s->provider_config_key) &&
                is_text(s->api_key, sizeof s->api_key) && s->root_len <= sizeof s->root;
    return whole ? s : NULL;
}
