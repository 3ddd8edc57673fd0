/* SPDX-License-Identifier: MIT */
#include "json_read.h"

#include "text.h"

#include <string.h>

enum state { BETWEEN, TOKEN, STRING, PAIR /* a high surrogate came */, ESCAPE };

/* json.may, between tokens: what may come, besides white space. Nothing: the document is done. */
enum { VALUE = 1, NAME = 2, COLON = 4, COMMA = 8, CLOSE = 16 };

#define NEVER UINT16_MAX /* json.quiet: nothing is silenced */

void json_init(struct json *j, struct json_sink sink)
{
    memset(j, 0, offsetof(struct json, around));
    j->sink = sink;
    j->quiet = NEVER;
    j->may = j->in = VALUE;
}

/* ---- handing on ------------------------------------------------------------------------------ */

static int call(struct json *j, enum json_event event, const char *bytes, size_t len)
{
    int answer = j->error;
    if (answer == 0) {
        answer = j->sink.on(j->sink.ctx, event, bytes, len);
        j->error = (int16_t)(answer < 0 ? answer : 0);
    }
    return answer;
}

/* The bytes before p have been read. */
static void advance(struct json *j, const char *p)
{
    const char *from = j->at;
    size_t len = (size_t)(p - from);
    j->at = p;
    j->offset += len;
    if (j->raw != 0 && len > 0) {
        call(j, JSON_SPAN, from, len);
    }
}

/* The byte at p is wrong. */
static const char *fail(struct json *j, const char *p, int error)
{
    j->error = (int16_t)error;
    advance(j, p);
    return p;
}

static int is_loud(const struct json *j)
{
    return 2u * j->depth < j->quiet;
}

/* An event; the bytes before p have been read. */
static int emit(struct json *j, const char *p, enum json_event event, const char *bytes, size_t len)
{
    advance(j, p);
    return call(j, event, bytes, len);
}

/* A piece of a token, decoded; p: behind it in the input. */
static void piece(struct json *j, const char *p, const char *bytes, size_t len)
{
    if (!is_loud(j) || len == 0) {
        return;
    }
    if (j->event != JSON_KEY) {
        emit(j, p, JSON_TEXT, bytes, len);
        return;
    }
    unsigned at = j->key_len;
    for (; len > 0 && at < JSON_KEY_CAP; len--) {
        j->key[at++] = *bytes++;
    }
    j->key_len = (uint8_t)(len > 0 ? JSON_KEY_CAP + 1 : at);
}

/* A value has ended: what a name's answer, or that of an object or array, has silenced is over. */
static void ended(struct json *j)
{
    if (2u * j->depth <= j->quiet) {
        j->quiet = NEVER;
    }
    j->state = BETWEEN;
    j->may = j->depth > 0 ? COMMA | CLOSE : 0;
}

/* [from, p) is the last piece of a scalar. */
static void scalar(struct json *j, const char *p, const char *from)
{
    if (is_loud(j)) {
        emit(j, p, (enum json_event)j->event, from, (size_t)(p - from));
    }
    ended(j);
}

/* ---- objects and arrays ---------------------------------------------------------------------- */

static const char *open(struct json *j, const char *p, unsigned in)
{
    unsigned level = j->depth;
    if (level == NANGO_JSON_DEPTH) {
        return fail(j, p, NANGO_E_JSON_DEPTH);
    }
    if (is_loud(j)) {
        int answer = emit(j, p, in == NAME ? JSON_OBJECT : JSON_ARRAY, p, 0);
        if (!(answer & JSON_TAKE)) {
            j->quiet = (uint16_t)(2 * level + 1);
        }
        if ((answer & JSON_RAW) != 0 && j->raw == 0) {
            j->raw = (uint16_t)(level + 1);
        }
    }
    uint8_t *around = &j->around[level / 8];
    *around = (uint8_t)(*around << 1 | j->in >> 1);
    j->depth = (uint16_t)(level + 1);
    j->in = (uint8_t)in;
    j->may = (uint8_t)(in | CLOSE);
    return p + 1;
}

static const char *close(struct json *j, const char *p)
{
    unsigned level = --j->depth;
    uint8_t *around = &j->around[level / 8];
    j->in = (uint8_t)(VALUE << (*around & 1));
    *around >>= 1;
    if (is_loud(j)) {
        emit(j, p, JSON_END, p, 0);
        if (j->raw > level) {
            j->raw = 0;
        }
    }
    ended(j);
    return p;
}

/* ---- strings --------------------------------------------------------------------------------- */

/* A character, as UTF-8; p: behind it in the input. A surrogate here lacks its other half. */
static void put(struct json *j, const char *p, uint32_t code)
{
    char utf8[4], *at = utf8 + sizeof utf8 - 1;
    unsigned room = 0x3f; /* for bits, in a first byte */
    if (code == 0) {
        j->seen |= JSON_SEEN_NUL;
    }
    if (code >> 11 == 0xd800 >> 11) {
        j->seen |= JSON_SEEN_SURROGATE;
        code = 0xfffd;
    }
    if (code >= 0x80) {
        do {
            *at-- = (char)(0x80 | (code & 0x3f));
            code >>= 6;
            room >>= 1;
        } while (code > room);
        code |= ~room << 1;
    }
    *at = (char)code;
    piece(j, p, at, (size_t)(utf8 + sizeof utf8 - at));
}

/* A high surrogate is not followed by an escape of a low one. */
static void lone(struct json *j, const char *p)
{
    uint32_t high = j->units;
    j->units = 0;
    if (high != 0) {
        put(j, p, high);
    }
}

/* A byte behind a backslash. */
static const char *escape(struct json *j, const char *p)
{
    static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t"; /* each with what it means */
    if (j->left > 0) {
        unsigned digit = text_hex(*p);
        if (digit > 15) {
            return fail(j, p, NANGO_E_JSON_ESCAPE);
        }
        j->units = j->units << 4 | digit;
        j->left--;
    } else if (*p == 'u') {
        j->left = 4;
    } else {
        const char *e = escapes;
        while (*e != *p && *e != '\0') {
            e += 2;
        }
        if (*e == '\0') {
            return fail(j, p, NANGO_E_JSON_ESCAPE);
        }
        j->units = j->units << 16 | (unsigned char)e[1];
    }
    p++;
    if (j->left == 0) {
        uint32_t unit = j->units & 0xffff;
        j->state = STRING;
        j->units >>= 16;
        if (j->units != 0 && unit >> 10 == 0xdc00 >> 10) { /* RFC 8259, section 7 */
            unit += 0x10000 - 0xdc00 + ((j->units - 0xd800) << 10);
            j->units = 0;
        }
        lone(j, p);
        if (unit >> 10 == 0xd800 >> 10) {
            j->units = unit;
            j->state = PAIR;
        } else {
            put(j, p, unit);
        }
    }
    return p;
}

/* The first byte says which quarters of 0x80 to 0xbf the second may be in (RFC 3629, section 4). */
int json_utf8(struct json *j, unsigned c)
{
    unsigned quarters = c == 0xe0 ? 12 : c == 0xed ? 3 : c == 0xf0 ? 14 : c == 0xf4 ? 1 : 15;
    if (j->left > 0) {
        if (!(j->quarters >> ((c ^ 0x80) >> 4) & 1)) {
            return 0;
        }
        j->left--;
    } else if (c - 0xc2 > 0xf4 - 0xc2) {
        return 0;
    } else {
        j->left = (uint8_t)(c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3);
    }
    j->quarters = (uint8_t)quarters;
    return 1;
}

/* The closing quote of a name is at p; [from, p) is the last piece of it. */
static void name(struct json *j, const char *p, const char *from)
{
    size_t len = (size_t)(p - from);
    j->state = BETWEEN;
    j->may = COLON;
    if (is_loud(j)) {
        if (j->key_len > 0) { /* it lies whole in the input otherwise */
            piece(j, p, from, len);
            from = j->key;
            len = j->key_len;
        }
        if (!(emit(j, p, JSON_KEY, from, len) & JSON_TAKE)) {
            j->quiet = (uint16_t)(2u * j->depth);
        }
    }
}

static const char *string(struct json *j, const char *p, const char *end)
{
    const char *from = p;
    for (;; p++) {
        if (j->left == 0) {
            p = text_span(p, end, 1);
        }
        for (;; p++) { /* also the few before the end */
            if (p == end) {
                piece(j, p, from, (size_t)(p - from));
                return p;
            }
            unsigned c = (unsigned char)*p;
            if (c >= 0x80 || j->left > 0) {
                if (!json_utf8(j, c)) {
                    return fail(j, p, NANGO_E_JSON_UTF8);
                }
                break;
            }
            if (c == '"') {
                if (j->event == JSON_KEY) {
                    name(j, p, from);
                } else {
                    scalar(j, p, from);
                }
                return p + 1;
            }
            if (c == '\\') {
                piece(j, p, from, (size_t)(p - from));
                j->state = ESCAPE;
                return p + 1;
            }
            if (c < 0x20) {
                return fail(j, p, NANGO_E_JSON_CONTROL);
            }
        }
    }
}

/* ---- numbers and literals -------------------------------------------------------------------- */

/* Their states: for each byte that may come (1 stands for any digit) the state behind it; then what
 * the token is if it ends here, or of what kind the error is: as the first byte (0), in a number or
 * in a literal. */
enum { IN_NUMBER = 1, IN_LITERAL = 2 };
static const uint8_t states[] = {
    '-',         13,         '0',         18,  '1',        25,         'n',         57,
    'f',         67,         't',         80,  0,         /* 0: nothing of it */
    '0',         18,         '1',         25,  IN_NUMBER, /* 13: - */
    '.',         34,         'e',         44,  'E',        44,         JSON_NUMBER, /* 18: 0 */
    '1',         25,         '.',         34,  'e',        44,         'E',         44,
    JSON_NUMBER,                                                                    /* 25: 1 */
    '1',         37,         IN_NUMBER,                                             /* 34: 1. */
    '1',         37,         'e',         44,  'E',        44,         JSON_NUMBER, /* 37: 1.1 */
    '1',         54,         '+',         51,  '-',        51,         IN_NUMBER,   /* 44: 1e */
    '1',         54,         IN_NUMBER,                                             /* 51: 1e+ */
    '1',         54,         JSON_NUMBER,                                           /* 54: 1e1 */
    'u',         60,         IN_LITERAL,  'l', 63,         IN_LITERAL, 'l',         66,
    IN_LITERAL,  JSON_NULL,  'a',         70,  IN_LITERAL, 'l',        73,          IN_LITERAL,
    's',         76,         IN_LITERAL,  'e', 79,         IN_LITERAL, JSON_FALSE,  'r',
    83,          IN_LITERAL, 'u',         86,  IN_LITERAL, 'e',        89,          IN_LITERAL,
    JSON_TRUE,
};

/* In the state j->may, c: where it leads to stands behind it. If it leads nowhere: the state's
 * end. */
static const uint8_t *find(const struct json *j, unsigned c)
{
    const uint8_t *s = &states[j->may];
    while (*s > JSON_NUMBER && *s != c && (*s != '1' || c - '0' > 9)) {
        s += 2;
    }
    return s;
}

static const char *token(struct json *j, const char *p, const char *end)
{
    const char *from = p;
    for (; p < end; p++) {
        unsigned c = (unsigned char)*p;
        const uint8_t *s = find(j, c);
        if (*s <= JSON_NUMBER) {
            unsigned numeric = c - '+' < 15 && c != ',' && c != '/';
            if (*s >= JSON_NULL && (*s < JSON_NUMBER || !numeric)) {
                j->event = *s;
                scalar(j, p, from);
                return p;
            }
            return fail(j, p,
                        *s == IN_NUMBER || (*s != IN_LITERAL && numeric) ? NANGO_E_JSON_NUMBER
                                                                         : NANGO_E_JSON_SYNTAX);
        }
        j->may = s[1];
    }
    piece(j, p, from, (size_t)(p - from));
    return p;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* Bytes between tokens, and the first one of a token. */
static const char *between(struct json *j, const char *p, const char *end)
{
    unsigned may = j->may;
    for (; p < end; p++) {
        unsigned c = (unsigned char)*p;
        if (c == '"' && may & (VALUE | NAME)) {
            j->event = may & NAME ? JSON_KEY : JSON_STRING;
            j->key_len = 0;
            j->state = STRING;
            return p + 1;
        }
        if (c == ':' && may & COLON) {
            may = VALUE;
            j->may = VALUE;
        } else if (c == ',' && may & COMMA) {
            j->may = j->in;
            may = j->in;
        } else if ((c | 0x20) == '}' && may & CLOSE && (c >> 5 & 1) == j->in >> 1) {
            return close(j, p + 1);
        } else if ((c | 0x20) == '{' && may & VALUE) {
            return open(j, p, c == '{' ? NAME : VALUE);
        } else if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
            if (may & VALUE) {
                j->state = TOKEN;
                j->event = JSON_NUMBER;
                j->may = 0;
                return p;
            }
            return fail(j, p, may == 0 ? NANGO_E_JSON_EXTRA : NANGO_E_JSON_SYNTAX);
        }
    }
    return p;
}

/* Goes on within a token, which is no string, or is at an escape. */
static const char *within(struct json *j, const char *p, const char *end)
{
    if (j->state == TOKEN) {
        return token(j, p, end);
    }
    if (j->state == ESCAPE) {
        return escape(j, p);
    }
    j->state = STRING; /* from PAIR */
    if (*p != '\\') {
        lone(j, p);
    }
    return p;
}

int json_feed(struct json *j, const char *bytes, size_t len, size_t *used)
{
    const char *p = bytes, *end = bytes + len;
    j->at = bytes;
    while (p < end && j->error == 0) {
        if (j->state == BETWEEN) {
            p = between(j, p, end);
            if (j->state != STRING) {
                continue;
            }
        } else if (j->state != STRING) {
            p = within(j, p, end);
            continue;
        }
        p = string(j, p, end);
    }
    if (j->error == 0) {
        advance(j, p);
    }
    *used = (size_t)(j->at - bytes);
    return j->error;
}

int json_finish(struct json *j)
{
    j->at = j->key; /* the input is gone */
    unsigned end = *find(j, 0);
    if (j->state == TOKEN && end >= JSON_NULL) {
        j->event = (uint8_t)end;
        scalar(j, j->at, j->at);
    }
    if (j->error == 0 && (j->state != BETWEEN || j->may != 0)) {
        j->error = NANGO_E_JSON_CUT;
    }
    return j->error;
}
