/* SPDX-License-Identifier: MIT */
#include "http_read.h"

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

/* Each word that matters, behind its length and in the order of it: names of fields, and words in
 * their values. */
static const char words[] = "\4date"
                            "\5close"
                            "\7chunked"
                            "\7timeout"
                            "\10identity"
                            "\10location"
                            "\12connection"
                            "\12keep-alive"
                            "\13retry-after"
                            "\16content-length"
                            "\20content-encoding"
                            "\21transfer-encoding"
                            "\21x-ratelimit-limit"
                            "\21x-ratelimit-reset"
                            "\25x-ratelimit-remaining";

/* In the order of `words`. */
enum word {
    DATE,
    CLOSE,
    CHUNKED,
    TIMEOUT,
    IDENTITY,
    LOCATION,
    CONNECTION,
    KEEP_ALIVE,
    RETRY_AFTER,
    CONTENT_LENGTH,
    CONTENT_ENCODING,
    TRANSFER_ENCODING,
    RATE_LIMIT,
    RATE_RESET,
    RATE_REMAINING,
    OTHER, /* none of them */
    FIRST  /* no field yet: the section begins */
};

enum { WORD_LEN_MAX = 21 };

/* http.keep_alive up to the end of the head: the minor version, and what Connection says. */
enum { MINOR = 1, SAID_KEEP = 2, SAID_CLOSE = 4 };

/* http.limited up to there: a bit for each of the three. */
enum { LIMITED = 7 };

_Static_assert(NANGO_HTTP_INTERIM_MAX < UINT8_MAX, "http.interim counts so far");

static void broken(struct http *h)
{
    h->says = h->state == STATUS ? NANGO_E_HTTP_STATUS
              : h->state < SIZE  ? NANGO_E_HTTP_HEADER
                                 : NANGO_E_HTTP_CHUNK;
}

/* ---- text ----------------------------------------------------------------------------------- */

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* HTAB, SP, VCHAR, obs-text (RFC 9110, section 5.5): all but control bytes and DEL; looked for in
 * four bytes at a time, exactly only then. */
static const char *skip_text(const char *p, const char *end)
{
    uint32_t four;
    for (; end - p >= 4; p += 4) {
        memcpy(&four, p, 4);
        if (((four - 0x20202020) | (four + 0x01010101)) & ~four & 0x80808080) {
            break;
        }
    }
    while (p < end && ((unsigned char)*p < ' ' ? *p == '\t' : *p != 0x7f)) {
        p++;
    }
    return p;
}

/* tchar (RFC 9110, section 5.6.2); first what names are made of. */
static const char *skip_token(const char *p, const char *end)
{
    static const uint32_t others[] = {0x03ff6cfa, 0xc0000000, 0x50000001}; /* from 0x20 on */
    for (; p < end; p++) {
        unsigned c = (unsigned char)*p;
        if ((c | 0x20) - 'a' > 25 && c != '-' &&
            (c - 0x20 > 0x5f || !(others[c / 32 - 1] >> c % 32 & 1))) {
            break;
        }
    }
    return p;
}

/* In any case. What comes here has no control bytes, so that 0x20 makes a letter, '-' or '=' of
 * nothing but itself and a capital letter. */
static uint8_t find_word(const char *text, size_t len)
{
    uint8_t word = DATE;
    const char *w = words;
    if (len > WORD_LEN_MAX) {
        return OTHER;
    }
    for (; (size_t)*w < len; w += *w + 1) {
        word++;
    }
    for (; (size_t)*w == len; w += *w + 1) {
        size_t left = len;
        while (left > 0 && (text[left - 1] | 0x20) == w[left]) {
            left--;
        }
        if (left == 0) {
            return word;
        }
        word++;
    }
    return OTHER;
}

/* 1*DIGIT. UINT32_MAX: something else, or a number as large as that (about). */
static uint32_t read_number(const char *text, size_t len)
{
    uint32_t n = len > 0 ? 0 : UINT32_MAX;
    for (; len > 0; len--) {
        uint32_t digit = (unsigned char)*text++ - (uint32_t)'0';
        if (digit > 9) {
            return UINT32_MAX;
        }
        n = n < UINT32_MAX / 10 ? n * 10 + digit : UINT32_MAX;
    }
    return n;
}

/* IMF-fixdate (RFC 9110, section 5.6.7) as seconds since 1970, from March 1970 to February 2100.
 * 0: it is something else. What separates its parts is not looked at, and differences of dates are
 * all that is wanted: 31 June may well be 1 July. */
static uint32_t read_date(const char *text, size_t len)
{
    static const char months[] = "MarAprMayJunJulAugSepOctNovDecJanFeb";
    uint32_t month = 0;
    if (len != 29 || memcmp(text + 25, " GMT", 4) != 0) {
        return 0;
    }
    while (memcmp(text + 8, months + 3 * month, 3) != 0) {
        if (++month == 12) {
            return 0;
        }
    }
    uint32_t day = read_number(text + 5, 2), hour = read_number(text + 17, 2),
             minute = read_number(text + 20, 2), second = read_number(text + 23, 2);
    /* A year that begins in March has its odd day at its end: days since 1 March 1968. */
    uint32_t year = read_number(text + 12, 4) - 1968 - (month > 9);
    if ((day | hour | minute | second) > 127 || year - 2 > 129) {
        return 0;
    }
    day += 365 * year + year / 4 + (153 * month + 2) / 5 - 672;
    return ((day * 24 + hour) * 60 + minute) * 60 + second;
}

/* ---- fields --------------------------------------------------------------------------------- */

/* The options of Connection (RFC 9110, section 7.6.1), the parameters of Keep-Alive (RFC 2068,
 * section 19.7.1.1), as words: whatever lies between them separates. */
static void read_options(struct http *h)
{
    const char *p = h->line, *end = p + h->len;
    uint8_t word = OTHER;
    while (p < end) {
        const char *from = p;
        p = skip_token(p, end);
        size_t len = (size_t)(p++ - from);
        uint32_t number = word == TIMEOUT ? read_number(from, len) : UINT32_MAX;
        if (number != UINT32_MAX && h->field == KEEP_ALIVE) {
            h->keep_alive_s = (uint8_t)(number < UINT8_MAX ? number : UINT8_MAX);
        }
        word = find_word(from, len);
        if (h->field == CONNECTION) {
            h->keep_alive |= word == CLOSE ? SAID_CLOSE : word == KEEP_ALIVE ? SAID_KEEP : 0;
        }
    }
}

static void read_value(struct http *h)
{
    uint32_t number = read_number(h->line, h->len);
    switch (h->field) {
    case DATE: h->date = read_date(h->line, h->len); break;
    case CONNECTION:
    case KEEP_ALIVE: read_options(h); break;
    case RETRY_AFTER: /* RFC 9110, section 10.2.3 */
        h->retry_is_date = number == UINT32_MAX;
        h->retry_after_s = (int32_t)(h->retry_is_date ? read_date(h->line, h->len) : number);
        break;
    case CONTENT_LENGTH: /* RFC 9110, section 8.6 */
        if (number == UINT32_MAX || h->left != UINT32_MAX) {
            h->says = NANGO_E_HTTP_LENGTH;
        }
        h->left = number;
        break;
    case TRANSFER_ENCODING: /* RFC 9112, section 6.1 */
        if (find_word(h->line, h->len) != CHUNKED || h->chunked || !(h->keep_alive & MINOR)) {
            h->says = NANGO_E_HTTP_CODING;
        }
        h->chunked = 1;
        break;
    case CONTENT_ENCODING:
        if (find_word(h->line, h->len) != IDENTITY) {
            h->says = NANGO_E_HTTP_CODING;
        }
        break;
    case RATE_LIMIT:
    case RATE_RESET:
    case RATE_REMAINING:
        if (number != UINT32_MAX) {
            h->rate[h->field - RATE_LIMIT] = number;
            h->limited |= (uint8_t)(1 << (h->field - RATE_LIMIT));
        }
        break;
    default: break; /* a word that is no name, after all */
    }
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* RFC 9112, section 4. Without a reason, the SP before it may be missing, too. */
static int read_status(struct http *h)
{
    const char *text = h->line;
    uint32_t status = read_number(text + 9, 3), minor = (uint32_t)text[7] - '0';
    if (memcmp(text, "HTTP/1.", 7) != 0 || minor > 1 || text[8] != ' ' || status - 100 > 499 ||
        (text[12] != ' ' && text[12] != '\0')) {
        return 0;
    }
    h->keep_alive = (uint8_t)minor;
    h->status = (uint16_t)status;
    return 1;
}

/* RFC 9112, section 7.1: 1*8HEXDIG, then nothing, or an extension; white space between them. */
static int read_size(struct http *h)
{
    const char *p = h->line;
    for (;; p++) {
        uint32_t digit = (unsigned char)*p - (uint32_t)'0';
        if (digit > 9) {
            digit = (*p | 0x20u) - 'a';
            if (digit > 5) {
                break;
            }
            digit += 10;
        }
        h->left = h->left << 4 | digit;
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

/* The head of the final answer is over. RFC 9112, section 6.3, in its order. */
static void end_head(struct http *h)
{
    h->says = h->chunked && h->left != UINT32_MAX ? NANGO_E_HTTP_LENGTH : HTTP_HEAD;
    if (h->retry_is_date) {
        uint32_t at = (uint32_t)h->retry_after_s;
        h->retry_after_s = at == 0 || h->date == 0 ? -1 : (int32_t)minus(at, h->date);
    }
    h->limited = h->limited == LIMITED && h->date != 0;
    h->reset_in_s = minus(h->reset_in_s, h->date);

    int keep = h->keep_alive - 1u < 3; /* MINOR or SAID_KEEP, and not SAID_CLOSE */
    h->state = END;
    if (h->status == 204 || h->status == 304) {
        keep = keep && !h->chunked && h->left + 1 < 2;
    } else if (h->chunked) {
        h->state = SIZE;
        h->left = 0;
    } else if (h->left == UINT32_MAX) {
        h->state = STREAM;
        keep = 0;
    } else if (h->left > 0) {
        h->state = SIZED;
    }
    h->keep_alive = (uint8_t)keep;
    h->over = 1;
    h->field = FIRST;
}

/* What http_init leaves to each answer, informational ones included. */
static void begin(struct http *h)
{
    memset(&h->state, 0, sizeof *h - offsetof(struct http, state));
    h->field = FIRST;
    h->retry_after_s = -1;
    h->left = UINT32_MAX;
}

static void end_section(struct http *h)
{
    if (h->over) {
        h->state = END;
        h->says = HTTP_END;
    } else if (h->status >= 200) {
        end_head(h);
    } else if (h->status == 101 || h->interim == NANGO_HTTP_INTERIM_MAX) {
        h->says = NANGO_E_HTTP_INTERIM;
    } else {
        h->interim++;
        begin(h);
    }
}

static void end_line(struct http *h)
{
    char *text = h->state == PLACE ? h->location : h->line;
    int ok = 1, next = NAME;
    h->room += h->state == SIZE ? h->len : 0; /* is free, for there may be many */
    while (h->len > 0 && is_blank(text[h->len - 1])) {
        h->len--;
    }
    text[h->len] = '\0';

    switch (h->state) {
    case STATUS: ok = read_status(h); break;
    case NAME:
        ok = h->len == 0;
        if (ok) {
            end_section(h);
            next = h->state;
        }
        break;
    case SKIPPED: break;
    case VALUE:
        if (h->cut) { /* a part says nothing; in the rest could be `close` */
            h->len = 0;
            h->keep_alive |= h->field == CONNECTION ? SAID_CLOSE : 0;
        }
        read_value(h);
        break;
    case PLACE:
        h->location_cut = h->cut;
        for (; *text != '\0'; text++) {
            *text = (unsigned char)*text < 0x80 ? *text : '?';
        }
        break;
    case SIZE:
        ok = read_size(h);
        next = h->left > 0 ? CHUNK : NAME;
        break;
    default: /* CHUNK_END */ ok = h->len == 0; next = SIZE;
    }
    if (!ok) {
        broken(h);
    }
    h->state = (uint8_t)next;
    h->len = 0;
    h->cut = 0;
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
    if (h->len == 0 && is_blank(*p) && h->field == OTHER) { /* obs-fold (RFC 9112, section 5.2) */
        h->state = SKIPPED;
        return p;
    }
    p = skip_token(p, end);
    size_t len = (size_t)(p - name);
    if (p == end || *p != ':' || h->len > 0) {
        keep(h, name, len);
        name = h->line;
        len = h->len;
    }
    if (p < end && *p == ':' && len > 0) {
        h->field = h->over ? OTHER : find_word(name, len);
        if (h->field == LOCATION && (h->status / 100 != 3 || h->location_cap == 0)) {
            h->field = OTHER;
        }
        h->state = h->field == OTHER ? SKIPPED : h->field == LOCATION ? PLACE : VALUE;
        h->len = 0;
        h->cut = 0;
        p++;
    }
    return p;
}

static const char *read_text(struct http *h, const char *p, const char *end)
{
    while (p < end && h->len == 0 && is_blank(*p) && (h->state == VALUE || h->state == PLACE)) {
        p++;
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
        h->cr = *p == '\r';
        if (!h->cr) {
            broken(h);
            return p;
        }
        if (++p == end) {
            return p;
        }
    }
    h->cr = 0;
    if (*p == '\n') {
        end_line(h);
    } else {
        broken(h);
    }
    return p + 1;
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
    if (location_cap > 0) {
        *location = '\0';
        location_cap--;
    }
    h->location = location;
    h->location_cap = (uint16_t)location_cap;
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
