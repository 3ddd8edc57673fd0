/* SPDX-License-Identifier: MIT */
#include "json_read.h"

#include <string.h>

enum state {
    /* between tokens, where white space may be */
    VALUE,
    FIRST_VALUE, /* or ] */
    NAME,
    FIRST_NAME, /* or } */
    COLON,
    AFTER, /* a comma, or the end of the object or array */
    DONE,
    /* within a token */
    STRING,
    ESCAPE,
    HEX,
    LITERAL,
    NUMBER, /* nothing of it has been read; then what was read last */
    MINUS,
    POINT,
    E,
    E_SIGN,
    ZERO, /* from here on it may end */
    INTEGER,
    FRACTION,
    EXPONENT
};

#define NEVER UINT16_MAX /* json.quiet: nothing is silenced */

void json_init(struct json *j, struct json_sink sink)
{
    memset(j, 0, sizeof *j);
    j->sink = sink;
    j->quiet = NEVER;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* A character of a string that stands for itself and is ASCII. */
static int is_plain(char c)
{
    return (unsigned char)(c - 0x20) < 0x60 && c != '"' && c != '\\';
}

/* ---- handing on ------------------------------------------------------------------------------ */

static int loud(const struct json *j)
{
    return 2u * j->depth < j->quiet;
}

static int emit(struct json *j, enum json_event event, const char *bytes, size_t len)
{
    int answer;

    if (j->error)
        return j->error;
    answer = j->sink.on(j->sink.ctx, event, bytes, len);
    if (answer < 0)
        j->error = answer;
    return answer;
}

/* The bytes before p have been read. */
static void advance(struct json *j, const char *p)
{
    const char *from = j->at;
    size_t len = (size_t)(p - from);

    j->at = p;
    j->offset += len;
    if (j->raw && len)
        emit(j, JSON_SPAN, from, len);
}

/* The byte at p is wrong. */
static const char *fail(struct json *j, const char *p, int error)
{
    j->error = error;
    advance(j, p);
    return p;
}

/* A piece of a token, decoded; p: behind it in the input. */
static void piece(struct json *j, const char *p, const char *bytes, size_t len)
{
    if (!loud(j) || !len)
        return;
    advance(j, p);
    if (j->event == JSON_KEY) {
        if (j->key_len < JSON_KEY_CAP) {
            size_t room = JSON_KEY_CAP - j->key_len;
            memcpy(j->key + j->key_len, bytes, len < room ? len : room);
        }
        j->key_len += len;
    } else {
        emit(j, JSON_TEXT, bytes, len);
    }
}

/* A value has ended: what a name's answer, or that of an object or array, has silenced is over. */
static void ended(struct json *j)
{
    if (2u * j->depth <= j->quiet)
        j->quiet = NEVER;
    j->state = j->depth ? AFTER : DONE;
}

static void scalar(struct json *j)
{
    if (loud(j))
        emit(j, (enum json_event)j->event, "", 0);
    ended(j);
}

/* ---- between tokens -------------------------------------------------------------------------- */

static const char *open(struct json *j, const char *p)
{
    int object = *p == '{';
    uint8_t bit = (uint8_t)(1u << j->depth % 8);
    uint8_t *kinds = &j->kinds[j->depth / 8];

    if (j->depth == NANGO_JSON_DEPTH)
        return fail(j, p, NANGO_E_JSON_DEPTH);
    if (loud(j)) {
        int answer;

        advance(j, p);
        answer = emit(j, object ? JSON_OBJECT : JSON_ARRAY, p, 0);
        if (!(answer & JSON_TAKE))
            j->quiet = (uint16_t)(2u * j->depth + 1);
        if ((answer & JSON_RAW) && !j->raw)
            j->raw = (uint16_t)(j->depth + 1);
    }
    *kinds = (uint8_t)(object ? *kinds | bit : *kinds & ~bit);
    j->depth++;
    j->state = object ? FIRST_NAME : FIRST_VALUE;
    return p + 1;
}

static int in_object(const struct json *j)
{
    unsigned level = j->depth - 1u;

    return j->kinds[level / 8] >> level % 8 & 1;
}

static const char *close(struct json *j, const char *p)
{
    if (*p != (in_object(j) ? '}' : ']'))
        return fail(j, p, NANGO_E_JSON_SYNTAX);
    p++;
    j->depth--;
    if (loud(j)) {
        advance(j, p);
        if (j->raw > j->depth)
            j->raw = 0;
        emit(j, JSON_END, p, 0);
    }
    ended(j);
    return p;
}

/* A token begins. Of a string the quote has been read then, of a number or literal nothing. */
static const char *begin(struct json *j, enum json_event event, enum state state, const char *p)
{
    j->event = (uint8_t)event;
    j->state = (uint8_t)state;
    return p;
}

static const char *value(struct json *j, const char *p)
{
    switch (*p) {
    case '{':
    case '[': return open(j, p);
    case '"': return begin(j, JSON_STRING, STRING, p + 1);
    case 't': return begin(j, JSON_TRUE, LITERAL, p);
    case 'f': return begin(j, JSON_FALSE, LITERAL, p);
    case 'n': return begin(j, JSON_NULL, LITERAL, p);
    case '+':
    case '.': return fail(j, p, NANGO_E_JSON_NUMBER);
    default: break;
    }
    if (*p == '-' || is_digit(*p))
        return begin(j, JSON_NUMBER, NUMBER, p);
    return fail(j, p, NANGO_E_JSON_SYNTAX);
}

/* One byte that is neither white space nor within a token. */
static const char *structure(struct json *j, const char *p)
{
    int c = *p;

    switch (j->state) {
    case FIRST_VALUE:
        if (c == ']')
            return close(j, p);
        return value(j, p);
    case VALUE: return value(j, p);
    case FIRST_NAME:
        if (c == '}')
            return close(j, p);
        /* fall through */
    case NAME:
        if (c != '"')
            break;
        j->key_len = 0;
        return begin(j, JSON_KEY, STRING, p + 1);
    case COLON:
        if (c != ':')
            break;
        j->state = VALUE;
        return p + 1;
    case AFTER:
        if (c != ',')
            return close(j, p);
        j->state = in_object(j) ? NAME : VALUE;
        return p + 1;
    default: return fail(j, p, NANGO_E_JSON_EXTRA);
    }
    return fail(j, p, NANGO_E_JSON_SYNTAX);
}

/* ---- strings --------------------------------------------------------------------------------- */

static void character(struct json *j, const char *p, uint32_t code)
{
    char utf8[4];
    size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    size_t i;

    for (i = len - 1; i > 0; i--) {
        utf8[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    utf8[0] = (char)(code | (len > 1 ? 0xf00u >> len & 0xf0 : 0));
    piece(j, p, utf8, len);
}

/* The escaped surrogate has no other half. */
static void lone(struct json *j, const char *p)
{
    j->seen |= JSON_SEEN_SURROGATE;
    j->high = 0;
    character(j, p, 0xfffd);
}

/* \uXXXX has been read, up to p. */
static void escaped_unit(struct json *j, const char *p)
{
    uint16_t unit = j->unit, high = j->high;

    j->state = STRING;
    if (high && unit >> 10 == 0xdc00 >> 10) {
        j->high = 0;
        character(j, p, 0x10000 + ((high & 0x3ffu) << 10 | (unit & 0x3ffu)));
        return;
    }
    if (high)
        lone(j, p);
    if (unit >> 10 == 0xd800 >> 10) {
        j->high = unit;
    } else if (unit >> 10 == 0xdc00 >> 10) {
        lone(j, p);
    } else {
        if (!unit)
            j->seen |= JSON_SEEN_NUL;
        character(j, p, unit);
    }
}

static const char *hex(struct json *j, const char *p)
{
    unsigned c = (unsigned char)*p;
    unsigned digit = is_digit(*p) ? c - '0' : (c | 0x20) - 'a' + 10;

    if (digit > 15 || (digit < 10 && !is_digit(*p)))
        return fail(j, p, NANGO_E_JSON_ESCAPE);
    p++;
    j->unit = (uint16_t)((unsigned)j->unit << 4 | digit);
    if (--j->left == 0)
        escaped_unit(j, p);
    return p;
}

static const char *escape(struct json *j, const char *p)
{
    static const char escapes[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    const char *found;

    if (*p == 'u') {
        j->state = HEX;
        j->left = 4;
        return p + 1;
    }
    found = memchr(escapes, *p, sizeof escapes - 1);
    if (!found)
        return fail(j, p, NANGO_E_JSON_ESCAPE);
    p++;
    if (j->high)
        lone(j, p);
    j->state = STRING;
    piece(j, p, &means[found - escapes], 1);
    return p;
}

/* Table 3-7 of Unicode, which is RFC 3629's grammar: the lead byte says what may follow. */
static int utf8_lead(struct json *j, unsigned c)
{
    if (c < 0xc2 || c > 0xf4)
        return 0;
    j->left = (uint8_t)(1 + (c >= 0xe0) + (c >= 0xf0));
    j->utf8_min = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    j->utf8_max = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    return 1;
}

/* The rest of a character that is not ASCII, or all of it, as far as it is there. */
static const char *utf8(struct json *j, const char *p, const char *end)
{
    if (!j->left && !utf8_lead(j, (unsigned char)*p++))
        return fail(j, p - 1, NANGO_E_JSON_UTF8);
    for (; j->left && p != end; p++, j->left--) {
        unsigned c = (unsigned char)*p;

        if (c < j->utf8_min || c > j->utf8_max)
            return fail(j, p, NANGO_E_JSON_UTF8);
        j->utf8_min = 0x80;
        j->utf8_max = 0xbf;
    }
    return p;
}

/* The closing quote of a name is at p; [from, p) is the last piece of it. */
static const char *name(struct json *j, const char *from, const char *p)
{
    size_t len = (size_t)(p - from);

    j->state = COLON;
    if (loud(j)) {
        if (j->key_len) { /* it lies whole in the input otherwise */
            piece(j, p, from, len);
            from = j->key;
            len = j->key_len;
        }
        advance(j, p);
        if (!(emit(j, JSON_KEY, from, len) & JSON_TAKE))
            j->quiet = (uint16_t)(2u * j->depth);
    }
    return p + 1;
}

static const char *string(struct json *j, const char *p, const char *end)
{
    const char *from = p;

    if (j->high && *p != '\\')
        lone(j, p);
    do {
        if (j->left || (unsigned char)*p >= 0x80)
            p = utf8(j, p, end);
        while (p != end && is_plain(*p))
            p++;
    } while (p != end && (unsigned char)*p >= 0x80 && !j->error);
    if (j->error)
        return p;
    if (p != end && *p == '"' && j->event == JSON_KEY)
        return name(j, from, p);
    if (p != end && (unsigned char)*p < 0x20)
        return fail(j, p, NANGO_E_JSON_CONTROL);
    piece(j, p, from, (size_t)(p - from));
    if (p == end)
        return p;
    if (*p == '"')
        scalar(j);
    else
        j->state = ESCAPE;
    return p + 1;
}

/* ---- numbers and literals -------------------------------------------------------------------- */

static const char *literal(struct json *j, const char *p, const char *end)
{
    static const char words[][6] = {"null", "false", "true"};
    const char *word = words[j->event - JSON_NULL], *from = p;

    for (; word[j->left] && p != end; p++, j->left++)
        if (*p != word[j->left])
            return fail(j, p, NANGO_E_JSON_SYNTAX);
    piece(j, p, from, (size_t)(p - from));
    if (!word[j->left]) {
        j->left = 0;
        scalar(j);
    }
    return p;
}

/* A byte that numbers are made of: its column in the grammar; else -1. */
static int number_class(char c)
{
    switch (c) {
    case '0': return 0;
    case '.': return 2;
    case 'e':
    case 'E': return 3;
    case '-': return 4;
    case '+': return 5;
    default: return is_digit(c) ? 1 : -1;
    }
}

static const char *number(struct json *j, const char *p, const char *end)
{
    static const uint8_t grammar[][6] = {
        /* after        0      1 .. 9     .    e       -       +     (0: none may come) */
        /* NUMBER */ {ZERO, INTEGER, 0, 0, MINUS, 0},
        /* MINUS */ {ZERO, INTEGER, 0, 0, 0, 0},
        /* POINT */ {FRACTION, FRACTION, 0, 0, 0, 0},
        /* E */ {EXPONENT, EXPONENT, 0, 0, E_SIGN, E_SIGN},
        /* E_SIGN */ {EXPONENT, EXPONENT, 0, 0, 0, 0},
        /* ZERO */ {0, 0, POINT, E, 0, 0},
        /* INTEGER */ {INTEGER, INTEGER, POINT, E, 0, 0},
        /* FRACTION */ {FRACTION, FRACTION, 0, E, 0, 0},
        /* EXPONENT */ {EXPONENT, EXPONENT, 0, 0, 0, 0},
    };
    const char *from = p;
    int class = 0;

    for (; p != end && (class = number_class(*p)) >= 0; p++) {
        unsigned next = grammar[j->state - NUMBER][class];

        if (!next)
            return fail(j, p, NANGO_E_JSON_NUMBER);
        j->state = (uint8_t)next;
    }
    if (p != end && j->state < ZERO)
        return fail(j, p, NANGO_E_JSON_NUMBER);
    piece(j, p, from, (size_t)(p - from));
    if (p != end)
        scalar(j);
    return p;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static const char *step(struct json *j, const char *p, const char *end)
{
    switch (j->state) {
    case STRING: return string(j, p, end);
    case ESCAPE: return escape(j, p);
    case HEX: return hex(j, p);
    case LITERAL: return literal(j, p, end);
    default: break;
    }
    if (j->state >= NUMBER)
        return number(j, p, end);
    return is_space(*p) ? p + 1 : structure(j, p);
}

int json_feed(struct json *j, const char *bytes, size_t len, size_t *used)
{
    const char *p = bytes, *end = bytes + len;

    j->at = bytes;
    while (p != end && !j->error)
        p = step(j, p, end);
    if (!j->error)
        advance(j, p);
    *used = (size_t)(j->at - bytes);
    return j->error;
}

int json_finish(struct json *j)
{
    if (j->state >= ZERO)
        scalar(j);
    if (!j->error && j->state != DONE)
        j->error = NANGO_E_JSON_CUT;
    return j->error;
}
