/* SPDX-License-Identifier: MIT */
#include "http_read_field.h"

#include <string.h>

/* In the order of their lengths, which stand before them. */
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

/* For each length: where its words begin; or another place. */
static const uint8_t starts[] = {0,
                                 0,
                                 0,
                                 0,
                                 HTTP_DATE,
                                 HTTP_CLOSE,
                                 0,
                                 HTTP_CHUNKED,
                                 HTTP_IDENTITY,
                                 0,
                                 HTTP_CONNECTION,
                                 HTTP_RETRY_AFTER,
                                 0,
                                 0,
                                 HTTP_CONTENT_LENGTH,
                                 0,
                                 HTTP_CONTENT_ENCODING,
                                 HTTP_TRANSFER_ENCODING,
                                 0,
                                 0,
                                 0,
                                 HTTP_RATE_REMAINING};

_Static_assert(sizeof words == HTTP_OTHER + 1, "the places of the words");

/* The end of the token (RFC 9110, section 5.6.2) that begins at p. */
static const char *skip_token(const char *p)
{
    static const uint32_t others[] = {0x03ff6cfa, 0xc7fffffe, 0x57ffffff}; /* from 0x20 on */
    for (;; p++) {
        unsigned c = (unsigned char)*p, other = c - 0x20;
        if ((c | 0x20) - 'a' > 'z' - 'a' &&
            (other > 0x5f || !(others[other / 32] >> other % 32 & 1))) {
            return p;
        }
    }
}

static uint32_t load4(const char *p)
{
    uint32_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return bytes;
}

/* An enum http_word. What comes here has no control bytes, so that 0x20 makes a letter or '-' of
 * nothing but that and a capital letter. */
static uint8_t read_word(const char *text, size_t len)
{
    const char *w = words + (len < sizeof starts ? starts[len] : HTTP_OTHER);
    for (; (size_t)*w == len; w += len + 1) { /* four by four from the end, none has less */
        size_t left = len;
        while ((load4(text + left - 4) | 0x20202020) == load4(w + 1 + left - 4)) {
            if (left == 4) {
                return (uint8_t)(w - words);
            }
            left = left < 8 ? 4 : left - 4;
        }
    }
    return HTTP_OTHER;
}

uint32_t http_read_number(const char *text, size_t len)
{
    uint32_t n = 0;
    if (len == 0) {
        return UINT32_MAX;
    }
    for (; len > 0; len--) {
        uint32_t digit = (unsigned char)*text++ - (uint32_t)'0';
        if (digit > 9 || n >= UINT32_MAX / 10) {
            return UINT32_MAX;
        }
        n = n * 10 + digit;
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
    for (const char *m = months; m[0] != text[8] || m[1] != text[9] || m[2] != text[10]; m += 3) {
        if (++month == 12) {
            return 0;
        }
    }
    /* A year that begins in March has its odd day at its end: days since 1 March 1968. */
    uint32_t day = http_read_number(text + 5, 2);
    uint32_t year = http_read_number(text + 12, 4) - 1968 - (month > 9);
    if (day > 31 || year - 2 > 129) {
        return 0;
    }
    uint32_t seconds = day + 365 * year + year / 4 + (153 * month + 2) / 5 - 672;
    for (size_t at = 17; at < 25; at += 3) {
        uint32_t n = http_read_number(text + at, 2);
        if (n > 60) {
            return 0;
        }
        seconds = seconds * (at == 17 ? 24 : 60) + n;
    }
    return seconds;
}

/* The options of Connection (RFC 9110, section 7.6.1) and the parameters of Keep-Alive (RFC 2068,
 * section 19.7.1.1), as words: whatever lies between them separates. */
static void read_options(struct http *h, const char *p, const char *end)
{
    uint8_t word = HTTP_OTHER;
    while (p < end) {
        const char *from = p;
        p = skip_token(p);
        size_t len = (size_t)(p++ - from);
        if (word == HTTP_TIMEOUT) {
            uint32_t number = http_read_number(from, len);
            h->keep_alive_s = (uint8_t)(number == UINT32_MAX ? 0
                                        : number < UINT8_MAX ? number
                                                             : UINT8_MAX);
        }
        word = read_word(from, len);
        h->keep_alive |= word == HTTP_CLOSE        ? HTTP_SAID_CLOSE
                         : word == HTTP_KEEP_ALIVE ? HTTP_SAID_KEEP
                                                   : 0;
    }
}

/* Leaves HTTP_LINE_CAP bytes for the lines behind it. */
static void read_location(struct http *h, const char *text, size_t len)
{
    size_t room = (size_t)h->cap - HTTP_LINE_CAP - 1;
    h->location_cut = h->cut || len > room;
    len = len < room ? len : room;
    for (size_t i = 0; i < len; i++) {
        h->location[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
    }
    h->location[len] = '\0';
    h->line = (uint16_t)(len + 1);
}

static void read_value(struct http *h, const char *text, size_t len)
{
    unsigned field = h->field;
    if (field == HTTP_DATE) {
        h->date = read_date(text, len);
    } else if (field == HTTP_CONNECTION || field == HTTP_KEEP_ALIVE) {
        read_options(h, text, text + len);
        h->keep_alive |=
            h->cut ? HTTP_SAID_CLOSE : 0;         /* it could be in what there is no room for */
    } else if (field == HTTP_TRANSFER_ENCODING) { /* RFC 9112, section 6.1 */
        if (read_word(text, len) != HTTP_CHUNKED || h->chunked || !(h->keep_alive & HTTP_MINOR)) {
            h->says = NANGO_E_HTTP_CODING;
        }
        h->chunked = 1;
    } else if (field == HTTP_CONTENT_ENCODING) {
        if (read_word(text, len) != HTTP_IDENTITY) {
            h->says = NANGO_E_HTTP_CODING;
        }
    } else {
        uint32_t number = http_read_number(text, len);
        if (field == HTTP_CONTENT_LENGTH) { /* RFC 9110, section 8.6 */
            if (number == UINT32_MAX || h->left != UINT32_MAX) {
                h->says = NANGO_E_HTTP_LENGTH;
            }
            h->left = number;
        } else if (field == HTTP_RETRY_AFTER) { /* RFC 9110, section 10.2.3 */
            h->retry_is_date = number == UINT32_MAX;
            h->retry_after_s = (int32_t)(h->retry_is_date ? read_date(text, len) : number);
        } else if (field >= HTTP_RATE_LIMIT && number != UINT32_MAX) {
            unsigned i = (field - HTTP_RATE_LIMIT) / (HTTP_RATE_RESET - HTTP_RATE_LIMIT);
            h->rate[i] = number;
            h->limited |= (uint8_t)(1 << i);
        }
    }
}

int http_read_field(struct http *h, const char *line, const char *end)
{
    const char *p = skip_token(line);
    if (http_read_is_blank(*line)) { /* obs-fold, RFC 9112, section 5.2 */
        return h->field == HTTP_OTHER;
    }
    if (p == line || (*p != ':' && !(h->cut && p == end))) {
        return 0;
    }
    h->field = read_word(line, (size_t)(p - line));
    if (h->field == HTTP_LOCATION && h->status - 300u > 99) {
        h->field = HTTP_OTHER;
    }
    if (h->field == HTTP_OTHER) {
        return 1;
    }
    while (http_read_is_blank(*++p)) {
    }
    while (end > p && http_read_is_blank(end[-1])) {
        end--;
    }
    if (h->field == HTTP_LOCATION) {
        read_location(h, p, (size_t)(end - p));
    } else {
        read_value(h, p, h->cut ? 0 : (size_t)(end - p)); /* a part says nothing */
    }
    return 1;
}
