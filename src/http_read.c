/* SPDX-License-Identifier: MIT */
#include "http_read.h"

#include "http_read_field.h"
#include "text.h"

#include <string.h>

/* What is being read: lines; then the body. */
enum state {
    STATUS,
    FIELD, /* or the empty line behind them */
    SIZE,  /* of a chunk */
    EXTENSION,
    TRAILER,   /* or the empty line behind them */
    CHUNK_END, /* the empty line behind the bytes of a chunk */
    CHUNK,
    SIZED,
    STREAM,
    END
};

_Static_assert(NANGO_HTTP_INTERIM_MAX < UINT8_MAX, "http.interim counts so far");
_Static_assert(NANGO_MESSAGE_CAP > HTTP_LINE_CAP + 1, "lines are kept in result.message");

/* ---- the head ------------------------------------------------------------------------------- */

/* RFC 9112, section 4. Without a reason, the SP before it may be missing, too. */
static int read_status(struct http *h, const char *line, size_t len)
{
    if (len < 12 || memcmp(line, "HTTP/1.", 7) != 0 || (line[7] & ~1) != '0' || line[8] != ' ' ||
        (len > 12 && line[12] != ' ')) {
        return 0;
    }
    uint32_t status = http_read_number(line + 9, 3);
    h->keep_alive = line[7] & 1;
    h->status = (uint16_t)status;
    return status - 100 < 500;
}

static uint32_t minus(uint32_t at, uint32_t date)
{
    return at > date ? at - date : 0;
}

/* The head of the final answer is over. What follows is said by RFC 9112, section 6.3. */
static void end_head(struct http *h)
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
    h->state = (uint8_t)next;
}

/* What http_init leaves to each answer, informational ones included. */
static void begin(struct http *h)
{
    memset(&h->state, 0, sizeof *h - offsetof(struct http, state));
    h->retry_after_s = -1;
    h->left = UINT32_MAX;
    *h->location = '\0';
    h->line = 1;
}

/* The empty line behind a head. */
static void end_section(struct http *h)
{
    if (h->status >= 200) {
        end_head(h);
    } else if (h->status == 101 || h->interim == NANGO_HTTP_INTERIM_MAX) {
        h->says = NANGO_E_HTTP_INTERIM;
    } else {
        h->interim++;
        begin(h);
    }
}

/* ---- lines ---------------------------------------------------------------------------------- */

static const char *broken(struct http *h, const char *p)
{
    h->says = h->state == STATUS                         ? NANGO_E_HTTP_STATUS
              : h->state == FIELD || h->state == TRAILER ? NANGO_E_HTTP_HEADER
                                                         : NANGO_E_HTTP_CHUNK;
    return p;
}

/* Keeps of a line of the head what there is room for. */
static void keep(struct http *h, const char *bytes, size_t len)
{
    size_t at = (size_t)h->line + h->len, room = h->cap - at;
    if (len > room) {
        len = room;
        h->cut = 1;
    }
    memcpy(h->location + at, bytes, len);
    h->location[at + len] = '\0';
    h->len = (uint16_t)(h->len + len);
}

/* RFC 9112, section 7.1: 1*8HEXDIG, white space, and an extension or the line's end. */
static const char *read_size(struct http *h, const char *p, const char *end)
{
    for (; p < end; p++) {
        unsigned digit = text_hex(*p);
        if (digit < 16 && h->len < 8) {
            h->left = h->left << 4 | digit;
            h->len++;
        } else if (h->len > 0 && http_read_is_blank(*p)) {
            h->len = 8; /* no digit may follow */
        } else {
            h->state = EXTENSION;
            return h->len > 0 && (*p == ';' || *p == '\r') ? p : broken(h, p);
        }
    }
    return p;
}

/* Takes what a line says; of the head it is [line, end), behind which a control byte stands. 0: it
 * breaks the grammar. */
static int end_line(struct http *h, const char *line, const char *end)
{
    int is_empty = line == end && h->len == 0;
    h->cr = 0;
    h->len = 0;
    switch (h->state) {
    case STATUS:
        h->state = FIELD;
        if (!read_status(h, line, (size_t)(end - line))) {
            h->state = STATUS;
            return 0;
        }
        break;
    case FIELD:
        if (is_empty) {
            end_section(h);
        } else if (!http_read_field(h, line, end)) {
            return 0;
        }
        break;
    case EXTENSION: h->state = h->left > 0 ? CHUNK : TRAILER; break;
    case TRAILER:
        if (is_empty) {
            h->state = END;
            h->says = HTTP_END;
        }
        break;
    default: h->state = SIZE; break;
    }
    h->cut = 0;
    return 1;
}

/* HTAB, SP, VCHAR, obs-text (RFC 9110, section 5.5): all but control bytes and DEL. */
static const char *skip_text(const char *p, const char *end)
{
    for (; (p = text_span(p, end, 0)) < end; p++) {
        if ((unsigned char)*p < ' ' ? *p != '\t' : *p == 0x7f) {
            break;
        }
    }
    return p;
}

/* Text, then CR LF and nothing else (RFC 9112, section 2.2). A line of the head is read where it
 * lies, if it lies there whole and is short. */
static const char *read_line(struct http *h, const char *p, const char *end)
{
    const char *line = p, *line_end;
    if (h->state == SIZE) {
        return read_size(h, p, end);
    }
    line_end = p = skip_text(p, end);
    size_t len = (size_t)(p - line);
    if (len > 0 && (h->cr || h->state == CHUNK_END)) {
        return broken(h, p);
    }
    if (h->state <= FIELD && (h->len > 0 || end - p < 2 || len > (size_t)h->cap - h->line)) {
        keep(h, line, len);
        line = h->location + h->line;
        line_end = line + h->len;
    } else if (len > 0 && h->state > FIELD) {
        h->len = 1;
    }
    if (p == end) {
        return p;
    }
    if (!h->cr) {
        h->cr = *p++ == '\r';
        if (h->cr && p == end) {
            return p;
        }
    }
    return h->cr && *p++ == '\n' && end_line(h, line, line_end) ? p : broken(h, p);
}

/* ---- the body, and the whole ---------------------------------------------------------------- */

static const char *read_body(struct http *h, const char *p, const char *end)
{
    size_t len = (size_t)(end - p);
    if (h->state != STREAM) {
        len = len < h->left ? len : h->left;
        h->left -= (uint32_t)len;
        if (h->left == 0 && h->state == SIZED) {
            h->state = END;
            h->says = HTTP_END;
        } else if (h->left == 0) {
            h->state = CHUNK_END;
            h->room += HTTP_CHUNK_LINES;
        }
    }
    h->body_len = len;
    return p + len;
}

void http_init(struct http *h, char *location, size_t location_cap)
{
    h->location = location;
    h->cap = (uint16_t)(location_cap - 1);
    h->room = NANGO_HTTP_HEAD_MAX;
    h->interim = 0;
    begin(h);
}

int http_feed(struct http *h, const char *bytes, size_t len, size_t *used)
{
    const char *p = bytes, *end = bytes + len;
    h->body_len = 0;
    if (h->says == HTTP_HEAD) {
        h->says = h->state == END ? HTTP_END : HTTP_MORE;
    }
    while (h->says == HTTP_MORE && p < end) {
        if (h->state >= CHUNK) {
            p = read_body(h, p, end);
            break;
        }
        const char *from = p;
        p = read_line(h, p, end);
        size_t n = (size_t)(p - from);
        if (n > h->room) {
            h->says = NANGO_E_HTTP_TOO_LARGE;
        }
        h->room -= (uint32_t)n;
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
        h->says = h->state == END                                        ? HTTP_END
                  : h->state == STATUS && h->room == NANGO_HTTP_HEAD_MAX ? NANGO_E_HTTP_SILENT
                                                                         : NANGO_E_HTTP_CUT;
    }
    return h->says < 0 ? h->says : 0;
}
