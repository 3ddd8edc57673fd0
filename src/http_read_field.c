/* SPDX-License-Identifier: MIT */
#include "http_read_field.h"

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

enum { WORD_LEN_MAX = 21 };

/* tchar (RFC 9110, section 5.6.2). Names are made of letters and '-'. */
const char *http_read_token(const char *p, const char *end)
{
    static const uint32_t others[] = {0x03ff6cfa, 0xc7fffffe, 0x57ffffff}; /* from 0x20 on */
    for (; (size_t)(end - p) >= sizeof(size_t); p += sizeof(size_t)) {
        size_t bytes = http_read_load(p), low = bytes & HTTP_EACH * 0x7f;
        size_t small = low | HTTP_EACH * 0x20; /* the high bits of what follows are the answers */
        size_t is_letter = (small + HTTP_EACH * (0x80 - 'a')) & ~(small + HTTP_EACH * (0x7f - 'z'));
        size_t is_other = (low ^ HTTP_EACH * '-') + HTTP_EACH * 0x7f;
        if (((~is_letter & is_other) | bytes) & HTTP_EACH * 0x80) {
            break;
        }
    }
    for (; p < end; p++) {
        unsigned c = (unsigned char)*p - 0x20u;
        if (c > 0x5f || !(others[c / 32] >> c % 32 & 1)) {
            break;
        }
    }
    return p;
}

static uint32_t load4(const char *p)
{
    uint32_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return bytes;
}

/* What comes here has no control bytes, so that 0x20 makes a letter or '-' of nothing but that and
 * a capital letter. */
uint8_t http_read_word(const char *text, size_t len)
{
    uint8_t word = HTTP_DATE;
    const char *w = words;
    if (len > WORD_LEN_MAX) {
        return HTTP_OTHER;
    }
    for (; (size_t)*w < len; w += *w + 1) { /* the last one is not shorter */
        word++;
    }
    for (; (size_t)*w == len; w += *w + 1) { /* four by four from the end, none has less */
        size_t left = len;
        while ((load4(text + left - 4) | 0x20202020) == load4(w + 1 + left - 4)) {
            if (left == 4) {
                return word;
            }
            left = left < 8 ? 4 : left - 4;
        }
        word++;
    }
    return HTTP_OTHER;
}

uint32_t http_read_number(const char *text, size_t len)
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
    uint32_t day = http_read_number(text + 5, 2), hour = http_read_number(text + 17, 2),
             minute = http_read_number(text + 20, 2), second = http_read_number(text + 23, 2);
    /* A year that begins in March has its odd day at its end: days since 1 March 1968. */
    uint32_t year = http_read_number(text + 12, 4) - 1968 - (month > 9);
    if ((day | hour | minute | second) > 127 || year - 2 > 129) {
        return 0;
    }
    day += 365 * year + year / 4 + (153 * month + 2) / 5 - 672;
    return ((day * 24 + hour) * 60 + minute) * 60 + second;
}

/* The options of Connection (RFC 9110, section 7.6.1), the parameters of Keep-Alive (RFC 2068,
 * section 19.7.1.1), as words: whatever lies between them separates. */
static void read_options(struct http *h)
{
    const char *p = h->line, *end = p + h->len;
    uint8_t word = HTTP_OTHER;
    h->keep_alive |= h->cut ? HTTP_SAID_CLOSE : 0; /* it could be in what there was no room for */
    while (p < end) {
        const char *from = p;
        p = http_read_token(p, end);
        size_t len = (size_t)(p++ - from);
        uint32_t number = word == HTTP_TIMEOUT ? http_read_number(from, len) : UINT32_MAX;
        if (number != UINT32_MAX && h->field == HTTP_KEEP_ALIVE) {
            h->keep_alive_s = (uint8_t)(number < UINT8_MAX ? number : UINT8_MAX);
        }
        word = http_read_word(from, len);
        if (h->field == HTTP_CONNECTION) {
            h->keep_alive |= word == HTTP_CLOSE        ? HTTP_SAID_CLOSE
                             : word == HTTP_KEEP_ALIVE ? HTTP_SAID_KEEP
                                                       : 0;
        }
    }
}

void http_read_value(struct http *h)
{
    uint32_t number = http_read_number(h->line, h->len);
    switch (h->field) {
    case HTTP_DATE: h->date = read_date(h->line, h->len); break;
    case HTTP_CONNECTION:
    case HTTP_KEEP_ALIVE: read_options(h); break;
    case HTTP_RETRY_AFTER: /* RFC 9110, section 10.2.3 */
        h->retry_is_date = number == UINT32_MAX;
        h->retry_after_s = (int32_t)(h->retry_is_date ? read_date(h->line, h->len) : number);
        break;
    case HTTP_CONTENT_LENGTH: /* RFC 9110, section 8.6 */
        if (number == UINT32_MAX || h->left != UINT32_MAX) {
            h->says = NANGO_E_HTTP_LENGTH;
        }
        h->left = number;
        break;
    case HTTP_TRANSFER_ENCODING: /* RFC 9112, section 6.1 */
        if (http_read_word(h->line, h->len) != HTTP_CHUNKED || h->chunked ||
            !(h->keep_alive & HTTP_MINOR)) {
            h->says = NANGO_E_HTTP_CODING;
        }
        h->chunked = 1;
        break;
    case HTTP_CONTENT_ENCODING:
        if (http_read_word(h->line, h->len) != HTTP_IDENTITY) {
            h->says = NANGO_E_HTTP_CODING;
        }
        break;
    case HTTP_RATE_LIMIT:
    case HTTP_RATE_RESET:
    case HTTP_RATE_REMAINING:
        if (number != UINT32_MAX) {
            h->rate[h->field - HTTP_RATE_LIMIT] = number;
            h->limited |= (uint8_t)(1 << (h->field - HTTP_RATE_LIMIT));
        }
        break;
    default: break; /* a word that is no name, after all */
    }
}
