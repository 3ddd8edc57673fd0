/* SPDX-License-Identifier: MIT */
#include "out.h"

#include <string.h>

/* RFC 8259, section 7: what may not stand in a string as it is. */
static int is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

/* The first byte that must be escaped. Four at a time as long as none is: a high bit is left where
 * a byte below 0x80 was below 0x20, or equal to one of the two. */
static const char *skip_plain(const char *p, const char *end)
{
    const uint32_t each = 0x01010101;
    for (; end - p >= 4; p += 4) {
        uint32_t w;
        memcpy(&w, p, 4);
        uint32_t odd = (w - each * 0x20) | ((w ^ each * '"') - each) | ((w ^ each * '\\') - each);
        if (odd & ~w & each * 0x80) {
            break;
        }
    }
    while (p < end && is_plain((unsigned char)*p)) {
        p++;
    }
    return p;
}

const char out_hex[] = "0123456789abcdef";

static void put_escaped(struct window *w, unsigned char c)
{
    static const char names[] = "btn?fr"; /* U+0008 to U+000D; U+000B has no short form */
    char text[6] = {'\\', 'u', '0', '0', out_hex[c >> 4], out_hex[c & 15]};
    size_t len = sizeof text;
    if (c >= 0x20 || (c >= '\b' && c <= '\r' && c != '\v')) {
        text[1] = c >= 0x20 ? (char)c : names[c - '\b'];
        len = 2;
    }
    http_put(w, text, len);
}

void out_string(struct window *w, const char *text, size_t len)
{
    const char *p = text, *end = p + len;
    http_put_char(w, '"');
    while (p < end) {
        const char *span = p;
        p = skip_plain(p, end);
        http_put(w, span, (size_t)(p - span));
        if (p < end) {
            put_escaped(w, (unsigned char)*p++);
        }
    }
    http_put_char(w, '"');
}

int out_read(const struct nango_source *source, size_t off, void *buf, size_t len)
{
    if (source->read_at != NULL) {
        return source->read_at(source->ctx, off, buf, len);
    }
    memcpy(buf, (const char *)source->mem + off, len);
    return 0;
}

/* FNV-1a. It has to notice a file that was edited, not an attacker. */
uint32_t out_sum(uint32_t sum, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < len; i++) {
        sum = (sum ^ p[i]) * 16777619u;
    }
    return sum;
}

void out_source(struct window *w, const struct nango_source *source, size_t from)
{
    size_t len = source->len - from, end = w->off + w->cap;
    size_t start =
        w->off > w->len ? w->off - w->len : 0; /* of the part of the source that is in the window */
    size_t stop = end > w->len ? end - w->len : 0;
    stop = stop < len ? stop : len;
    if (start < stop) {
        char *to = w->buf + (w->len + start - w->off);
        int rc = out_read(source, from + start, to, stop - start);
        if (rc != 0) {
            w->error = NANGO_E_SOURCE;
            w->cause = rc;
            return;
        }
        w->sum = out_sum(w->sum, to, stop - start);
    }
    w->len += len;
}
