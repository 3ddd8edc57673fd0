/* SPDX-License-Identifier: MIT */
#include "http_read.h"

#include "http_read_field.h"

#include <string.h>

/* What is being read: the parts of lines; then of the body. */
enum state {
    STATUS,
    NAME,      /* of a field; or an empty line */
    SKIPPED,   /* the value of a field that nobody reads; or a line that continues one */
    VALUE,     /* of another field */
    PLACE,     /* of Location */
    SIZE,      /* of a chunk, and its extension */
    CHUNK_END, /* the empty line behind the bytes of a chunk */
    CHUNK,
    SIZED,
    STREAM,
    END
};

_Static_assert(NANGO_HTTP_INTERIM_MAX < UINT8_MAX, "http.interim counts so far");

static void broken(struct http *h)
{
    h->says = h->state == STATUS ? NANGO_E_HTTP_STATUS
              : h->state < SIZE  ? NANGO_E_HTTP_HEADER
                                 : NANGO_E_HTTP_CHUNK;
}

/* A value is kept without the white space around it; in other lines that counts. */
static int is_value(const struct http *h)
{
    return h->state == VALUE || h->state == PLACE;
}

/* ---- text ----------------------------------------------------------------------------------- */

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* HTAB, SP, VCHAR, obs-text (RFC 9110, section 5.5): all but control bytes and DEL. */
static const char *skip_text(const char *p, const char *end)
{
    for (; (size_t)(end - p) >= sizeof(size_t); p += sizeof(size_t)) {
        size_t bytes = http_read_load(p); /* a high bit is set in the first that is none, if any */
        if (((bytes - HTTP_EACH * ' ') | (bytes + HTTP_EACH)) & ~bytes & HTTP_EACH * 0x80) {
            break;
        }
    }
    while (p < end && ((unsigned char)*p < ' ' ? *p == '\t' : *p != 0x7f)) {
        p++;
    }
    return p;
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* RFC 9112, section 4. Without a reason, the SP before it may be missing, too. */
static int read_status(struct http *h)
{
    const char *text = h->line;
    uint32_t status = http_read_number(text + 9, 3), minor = (uint32_t)text[7] - '0';
    if (memcmp(text, "HTTP/1.", 7) != 0 || minor > 1 || text[8] != ' ' || status - 100 > 499 ||
        (text[12] != ' ' && text[12] != '\0')) {
        return 0;
    }
    h->keep_alive = (uint8_t)minor;
    h->status = (uint16_t)status;
    return 1;
}

static unsigned hex_value(char byte)
{
    unsigned c = (unsigned char)byte, letter = (c | 0x20) - 'a';
    return c - '0' < 10 ? c - '0' : letter < 6 ? letter + 10 : 16;
}

/* RFC 9112, section 7.1: 1*8HEXDIG, then nothing, or an extension; white space between them. */
static int read_size(struct http *h)
{
    const char *p = h->line;
    for (; hex_value(*p) < 16; p++) {
        h->left = h->left << 4 | hex_value(*p);
    }
    size_t digits = (size_t)(p - h->line);
    while (is_blank(*p)) {
        p++;
    }
    return digits - 1 < 8 && (*p == ';' || (*p == '\0' && !h->cut));
}

static uint32_t minus(uint32_t at, uint32_t date)
{
    return at > date ? at - date : 0;
}

/* The head of the final answer is over. What follows is said by RFC 9112, section 6.3. */
static int end_head(struct http *h)
{
    h->says = h->chunked && h->left != UINT32_MAX ? NANGO_E_HTTP_LENGTH : HTTP_HEAD;
    if (h->retry_is_date) {
        uint32_t at = (uint32_t)h->retry_after_s;
        h->retry_after_s = at == 0 || h->date == 0 ? -1 : (int32_t)minus(at, h->date);
    }
    h->limited = h->limited == HTTP_LIMITED && h->date != 0;
    h->reset_in_s = minus(h->reset_in_s, h->date);

    /* HTTP_MINOR or HTTP_SAID_KEEP, and not HTTP_SAID_CLOSE: RFC 9112, section 9.3. */
    int next = END, lasting = h->keep_alive - 1u < 3;
    if (h->status == 204 || h->status == 304) {
        lasting = lasting && !h->chunked && h->left + 1 < 2;
    } else if (h->chunked) {
        next = SIZE;
        h->left = 0;
    } else if (h->left == UINT32_MAX) {
        next = STREAM;
        lasting = 0;
    } else if (h->left > 0) {
        next = SIZED;
    }
    h->keep_alive = (uint8_t)lasting;
    h->over = 1;
    h->field = HTTP_NONE;
    return next;
}

/* What http_init leaves to each answer, informational ones included. */
static void begin(struct http *h)
{
    memset(&h->state, 0, sizeof *h - offsetof(struct http, state));
    h->retry_after_s = -1;
    h->left = UINT32_MAX;
}

/* Behind the empty line of a head, or of trailers. */
static int end_section(struct http *h)
{
    if (h->over) {
        h->says = HTTP_END;
        return END;
    }
    if (h->status >= 200) {
        return end_head(h);
    }
    if (h->status == 101 || h->interim == NANGO_HTTP_INTERIM_MAX) {
        h->says = NANGO_E_HTTP_INTERIM;
    } else {
        h->interim++;
        begin(h);
    }
    return STATUS;
}

/* A line is there: the state behind it; -1: it breaks the grammar. */
static int end_line(struct http *h)
{
    char *text = h->state == PLACE ? h->location : h->line;
    while (is_value(h) && h->len > 0 && is_blank(text[h->len - 1])) {
        h->len--;
    }
    text[h->len] = '\0';

    switch (h->state) {
    case STATUS: return read_status(h) ? NAME : -1;
    case NAME: return h->len == 0 ? end_section(h) : -1;
    case SKIPPED: break;
    case VALUE:
        h->len = h->cut ? 0 : h->len; /* a part says nothing */
        http_read_value(h);
        break;
    case PLACE:
        h->location_cut = h->cut;
        for (; *text != '\0'; text++) {
            *text = (unsigned char)*text < 0x80 ? *text : '?';
        }
        break;
    case SIZE:
        h->room += h->len; /* is free, for there may be many */
        return !read_size(h) ? -1 : h->left > 0 ? CHUNK : NAME;
    default: /* CHUNK_END */ return h->len == 0 ? SIZE : -1;
    }
    return NAME;
}

/* Keeps of a text what there is room for. */
static void keep(struct http *h, const char *bytes, size_t len)
{
    char *to = h->line;
    size_t room = HTTP_LINE_CAP;
    if (h->state == PLACE) {
        to = h->location;
        room = h->location_cap;
    }
    room -= h->len;
    if (len > room) {
        len = room;
        h->cut = 1;
    }
    memcpy(to + h->len, bytes, len);
    h->len = (uint16_t)(h->len + len);
}

static const char *read_name(struct http *h, const char *p, const char *end)
{
    const char *name = p;
    if (h->len == 0 && is_blank(*p) && h->field == HTTP_OTHER) { /* obs-fold, section 5.2 */
        h->state = SKIPPED;
        return p;
    }
    p = http_read_token(p, end);
    size_t len = (size_t)(p - name);
    int is_whole = p < end && *p == ':';
    if (!is_whole || h->len > 0) {
        keep(h, name, len);
        name = h->line;
        len = h->len;
    }
    if (is_whole && len > 0) {
        h->field = h->over ? HTTP_OTHER : http_read_word(name, len);
        h->state = VALUE;
        if (h->field == HTTP_LOCATION) {
            h->state = PLACE;
            h->field = h->status - 300u < 100 ? HTTP_LOCATION : HTTP_OTHER;
        }
        h->state = h->field == HTTP_OTHER ? SKIPPED : h->state;
        h->len = 0;
        p++;
    }
    return p;
}

static const char *read_text(struct http *h, const char *p, const char *end)
{
    if (h->len == 0 && is_value(h)) {
        while (p < end && is_blank(*p)) {
            p++;
        }
    }
    const char *text = p;
    p = skip_text(p, end);
    if (h->state != SKIPPED) {
        keep(h, text, (size_t)(p - text));
    }
    return p;
}

/* A line ends in CR LF and nothing else (RFC 9112, section 2.2). */
static const char *read_line(struct http *h, const char *p, const char *end)
{
    const char *from = p;
    if (!h->cr) {
        if (h->state == NAME) {
            p = read_name(h, p, end);
        }
        if (h->state != NAME) {
            p = read_text(h, p, end);
        }
        uint32_t len = (uint32_t)(p - from);
        if (len > h->room) {
            h->says = NANGO_E_HTTP_TOO_LARGE;
            return p;
        }
        h->room -= len;
        if (p == end) {
            return p;
        }
        h->cr = *p++ == '\r';
        if (h->cr && p == end) {
            return p;
        }
    }
    int next = h->cr && *p++ == '\n' ? end_line(h) : -1;
    if (next < 0) {
        broken(h);
        return p;
    }
    h->state = (uint8_t)next;
    h->cr = 0;
    h->cut = 0;
    h->len = 0;
    return p;
}

/* ---- the body, and the whole ---------------------------------------------------------------- */

static const char *read_body(struct http *h, const char *p, const char *end)
{
    size_t len = (size_t)(end - p);
    if (h->state != STREAM) {
        len = len < h->left ? len : h->left;
        h->left -= (uint32_t)len;
        if (h->left == 0) {
            h->state = h->state == SIZED ? END : CHUNK_END;
        }
    }
    h->body = p;
    h->body_len = len;
    h->says = HTTP_BODY;
    return p + len;
}

void http_init(struct http *h, char *location, size_t location_cap)
{
    *location = '\0';
    h->location = location;
    h->location_cap = (uint16_t)(location_cap - 1);
    h->room = NANGO_HTTP_HEAD_MAX;
    h->interim = 0;
    begin(h);
}

int http_feed(struct http *h, const char *bytes, size_t len, size_t *used)
{
    const char *p = bytes, *end = bytes + len;
    if (h->says >= 0) {
        h->says = h->state == END ? HTTP_END : HTTP_MORE;
    }
    while (h->says == HTTP_MORE && p < end) {
        p = h->state < CHUNK ? read_line(h, p, end) : read_body(h, p, end);
    }
    *used = (size_t)(p - bytes);
    return h->says;
}

int http_finish(struct http *h, int orderly)
{
    if (h->says >= 0) {
        if (h->state == STREAM && orderly) {
            h->state = END;
        }
        h->says = h->state == END                                ? HTTP_MORE
                  : h->room == NANGO_HTTP_HEAD_MAX && h->cr == 0 ? NANGO_E_HTTP_SILENT
                                                                 : NANGO_E_HTTP_CUT;
    }
    return h->says;
}
