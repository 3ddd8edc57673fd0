/* SPDX-License-Identifier: MIT */
#include "redact.h"

#include "json_read.h"
#include "out.h"
#include "secret.h"

#include <string.h>

enum { TELLING = 8 };

struct search {
    struct json json;
    const char *text;
    size_t len;
    int depth;
    char
        window[64]; /* of a string that comes in pieces: what may begin a part, then what follows */
    size_t window_len;
    int is_long; /* the string has TELLING bytes */
};

/* Shortens the text to what is before a part of the secret; of a short one, before the whole. */
static void compare(struct search *s, const char *secret, size_t secret_len)
{
    size_t telling = secret_len < TELLING ? secret_len : TELLING;
    for (size_t at = 0; telling > 0 && at + telling <= s->len; at++) {
        for (size_t from = 0; from + telling <= secret_len; from++) {
            if (memcmp(s->text + at, secret + from, telling) == 0) {
                s->len = at;
                return;
            }
        }
    }
}

/* A piece of a string; a part of the secret may lie across two. */
static void compare_piece(struct search *s, const char *bytes, size_t len)
{
    while (len > 0) {
        size_t n = sizeof s->window - s->window_len;
        n = n < len ? n : len;
        memcpy(s->window + s->window_len, bytes, n);
        s->window_len += n;
        if (s->window_len >= TELLING) { /* what stays shorter is compared at its end, as a whole */
            s->is_long = 1;
            compare(s, s->window, s->window_len);
        }
        size_t kept = s->window_len < TELLING ? s->window_len : TELLING - 1;
        memmove(s->window, s->window + s->window_len - kept, kept);
        s->window_len = kept;
        bytes += n;
        len -= n;
    }
}

static int on(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct search *s = ctx;
    switch (event) {
    case JSON_KEY:
        if (s->depth > 1) {
            return secret_is_public(bytes, len) ? JSON_SKIP : JSON_TAKE;
        }
        return (len == 11 && memcmp(bytes, "credentials", 11) == 0) ? JSON_TAKE : JSON_SKIP;
    case JSON_OBJECT:
    case JSON_ARRAY: s->depth++; return JSON_TAKE;
    case JSON_END: s->depth--; return 0;
    default: compare_piece(s, bytes, len);
    }
    if (event != JSON_TEXT) {
        if (!s->is_long) {
            compare(s, s->window, s->window_len);
        }
        s->window_len = 0;
        s->is_long = 0;
    }
    return 0;
}

size_t redact(const char *text, size_t len, const struct nango_source *body)
{
    static struct search s;
    static char part[1024];
    s.text = text;
    s.len = len;
    s.depth = 0;
    s.window_len = 0;
    s.is_long = 0;
    for (size_t i = 0; i < secret_count(); i++) {
        struct nango_text secret = secret_at(i);
        compare(&s, secret.ptr, secret.len);
    }
    if (body != NULL && len > 0) {
        json_init(&s.json, (struct json_sink){on, &s});
        for (size_t at = 0, n, used; at < body->len; at += n) {
            n = body->len - at < sizeof part ? body->len - at : sizeof part;
            if (out_read(body, at, part, n) != 0 || json_feed(&s.json, part, n, &used) != 0) {
                return 0; /* what cannot be looked at may hold anything */
            }
        }
        memset(part, 0, sizeof part);
        memset(s.window, 0, sizeof s.window);
    }
    return s.len;
}
