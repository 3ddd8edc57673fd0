/* SPDX-License-Identifier: MIT */
#include "out.h"

#include <string.h>

const char out_hex[] = "0123456789abcdef";

size_t out_escape(unsigned char c, char escape[OUT_ESCAPE_CAP])
{
    memcpy(escape, "\\u00", 4);
    escape[4] = out_hex[c >> 4];
    escape[5] = out_hex[c & 15];
    if (c < 0x20) {
        return OUT_ESCAPE_CAP;
    }
    escape[1] = (char)c;
    return 2;
}

void out_string(struct window *w, const char *text, size_t len)
{
    const char *p = text, *end = p + len, *span = p;
    char escape[OUT_ESCAPE_CAP];

    http_put_char(w, '"');
    for (; p != end; p++) {
        if (!out_is_plain((unsigned char)*p)) {
            http_put(w, span, (size_t)(p - span));
            http_put(w, escape, out_escape((unsigned char)*p, escape));
            span = p + 1;
        }
    }
    http_put(w, span, (size_t)(p - span));
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
