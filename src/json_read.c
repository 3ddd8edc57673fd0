/* SPDX-License-Identifier: MIT */
#include "json_read.h"
#include "json_read_escape.h"

#include <string.h>

enum state {
    /* between tokens, where white space may be */
    VALUE,
    NAME,
    FIRST_VALUE, /* or ] */
    FIRST_NAME,  /* or } */
    COLON,
    AFTER_ELEMENT, /* a comma or ] */
    AFTER_MEMBER,  /* a comma or } */
    DONE,
    /* within a token */
    STRING,
    ESCAPE,
    LITERAL, /* j->left letters have been read */
    NUMBER,  /* nothing of it has been read; then what was read last */
    MINUS,
    POINT,
    E,
    E_SIGN,
    ZERO, /* from here on it may end */
    INTEGER,
    FRACTION,
    EXPONENT,
    LITERAL_END
};

#define NEVER UINT16_MAX /* json.quiet: nothing is silenced */

void json_init(struct json *j, struct json_sink sink)
{
    memset(j, 0, sizeof *j);
    j->sink = sink;
    j->quiet = NEVER;
    j->after = DONE;
}

/* ---- handing on ------------------------------------------------------------------------------ */

static int loud(const struct json *j)
{
    return 2u * j->depth < j->quiet;
}

static int emit(struct json *j, enum json_event event, const char *bytes, size_t len)
{
    int answer;
    if (j->error) {
        return j->error;
    }
    answer = j->sink.on(j->sink.ctx, event, bytes, len);
    if (answer < 0) {
        j->error = (int16_t)answer;
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
    if (j->raw && len) {
        emit(j, JSON_SPAN, from, len);
    }
}

/* The byte at p is wrong. */
static const char *fail(struct json *j, const char *p, int error)
{
    j->error = (int16_t)error;
    advance(j, p);
    return p;
}

/* A piece of a token, decoded; p: behind it in the input. */
static void piece(struct json *j, const char *p, const char *bytes, size_t len)
{
    if (!loud(j) || !len) {
        return;
    }
    advance(j, p);
    if (j->event != JSON_KEY) {
        emit(j, JSON_TEXT, bytes, len);
        return;
    }
    for (; len && j->key_len <= JSON_KEY_CAP; len--, j->key_len++) {
        if (j->key_len < JSON_KEY_CAP) {
            j->key[j->key_len] = *bytes++;
        }
    }
}

/* A value has ended: what a name's answer, or that of an object or array, has silenced is over. */
static void ended(struct json *j)
{
    if (2u * j->depth <= j->quiet) {
        j->quiet = NEVER;
    }
    j->state = j->after;
}

/* [from, p) is the last piece of a scalar. */
static void scalar(struct json *j, const char *p, const char *from)
{
    if (loud(j)) {
        advance(j, p);
        emit(j, (enum json_event)j->event, from, (size_t)(p - from));
    }
    ended(j);
}

/* ---- objects and arrays ---------------------------------------------------------------------- */

static const char *open(struct json *j, const char *p)
{
    unsigned object = *p == '{', level = j->depth;
    uint8_t *kinds = &j->kinds[level / 8];
    if (level == NANGO_JSON_DEPTH) {
        return fail(j, p, NANGO_E_JSON_DEPTH);
    }
    if (loud(j)) {
        int answer;
        advance(j, p);
        answer = emit(j, object ? JSON_OBJECT : JSON_ARRAY, p, 0);
        if (!(answer & JSON_TAKE)) {
            j->quiet = (uint16_t)(2 * level + 1);
        }
        if ((answer & JSON_RAW) && !j->raw) {
            j->raw = (uint16_t)(level + 1);
        }
    }
    *kinds = (uint8_t)((*kinds & ~(1u << level % 8)) | object << level % 8);
    j->depth = (uint16_t)(level + 1);
    j->state = (uint8_t)(FIRST_VALUE + object);
    j->after = (uint8_t)(AFTER_ELEMENT + object);
    return p + 1;
}

static const char *close(struct json *j, const char *p)
{
    unsigned around = --j->depth - 1u;
    p++;
    if (loud(j)) {
        advance(j, p);
        if (j->raw > j->depth) {
            j->raw = 0;
        }
        emit(j, JSON_END, p, 0);
    }
    j->after = DONE;
    if (j->depth) {
        j->after = (uint8_t)(AFTER_ELEMENT + (j->kinds[around / 8] >> around % 8 & 1));
    }
    ended(j);
    return p;
}

/* ---- strings --------------------------------------------------------------------------------- */

/* The next bytes, the first one lowest, whatever the machine's order. (Compilers know this.) */
static uint32_t word32(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static size_t word(const char *p)
{
    return word32(p) | (size_t)((uint64_t)word32(p + sizeof(size_t) - 4) << 32);
}

/* The first byte that is not a character of a string which stands for itself and is ASCII, or one
 * of the last before the end. A word at a time: a high bit is left in a byte that is above 0x7f,
 * below 0x20, " (^ 2 makes it their neighbour) or \. A borrow may leave it in later ones too, so
 * the first one counts. */
static const char *plain(const char *p, const char *end)
{
    const size_t each = (size_t)-1 / 0xff; /* 1 in each byte */
    for (; (size_t)(end - p) >= sizeof each; p += sizeof each) {
        size_t w = word(p);
        size_t stop = w | ((w ^ each * 0x02) - each * 0x21) | ((w ^ each * '\\') - each);
        stop &= each * 0x80;
        if (stop) {
            for (; !(stop & 0x80); stop >>= 8) {
                p++;
            }
            break;
        }
    }
    return p;
}

static const char *escape(struct json *j, const char *p)
{
    char bytes[JSON_ESCAPE_CAP];
    int len = json_read_escape(j, *p, bytes);
    if (len < 0) {
        return fail(j, p, NANGO_E_JSON_ESCAPE);
    }
    if (!j->left) {
        j->state = STRING;
    }
    piece(j, p + 1, bytes, (size_t)len);
    return p + 1;
}

static void lone(struct json *j, const char *p)
{
    char bytes[JSON_ESCAPE_CAP];
    piece(j, p, bytes, (size_t)json_read_lone(j, bytes));
}

/* The first byte says what may follow (RFC 3629 section 4). */
int json_utf8(struct json *j, unsigned c)
{
    unsigned min = 0x80, max = 0xbf;
    if (j->left) {
        if (c < j->utf8_min || c > j->utf8_max) {
            return 0;
        }
        j->left--;
    } else {
        if (c < 0xc2 || c > 0xf4) {
            return 0;
        }
        j->left = (uint8_t)(1 + (c >= 0xe0) + (c >= 0xf0));
        min = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
        max = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    }
    j->utf8_min = (uint8_t)min;
    j->utf8_max = (uint8_t)max;
    return 1;
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
        if (!(emit(j, JSON_KEY, from, len) & JSON_TAKE)) {
            j->quiet = (uint16_t)(2u * j->depth);
        }
    }
    return p + 1;
}

static const char *string(struct json *j, const char *p, const char *end)
{
    const char *from = p;
    for (;; p++) {
        unsigned char c;
        if (!j->left) {
            p = plain(p, end);
        }
        if (p == end) {
            piece(j, p, from, (size_t)(p - from));
            return p;
        }
        c = (unsigned char)*p;
        if (j->left || c >= 0x80) {
            if (!json_utf8(j, c)) {
                return fail(j, p, NANGO_E_JSON_UTF8);
            }
        } else if (c == '"') {
            if (j->event == JSON_KEY) {
                return name(j, from, p);
            }
            scalar(j, p, from);
            return p + 1;
        } else if (c == '\\') {
            piece(j, p, from, (size_t)(p - from));
            j->state = ESCAPE;
            return p + 1;
        } else if (c < 0x20) {
            return fail(j, p, NANGO_E_JSON_CONTROL);
        }
    }
}

/* ---- numbers and literals -------------------------------------------------------------------- */

static const char words[][8] = {"null", "false", "true"}; /* as their events are ordered */

/* The state that c leads to. 0: c may not be here; -1: such a token is not made of it. */
static int token_next(struct json *j, char c)
{
    static const uint8_t digit[] = {INTEGER, INTEGER, FRACTION, EXPONENT, EXPONENT,
                                    0,       INTEGER, FRACTION, EXPONENT};
    unsigned state = j->state;
    if (state == LITERAL) {
        const char *word = words[j->event - JSON_NULL];
        if (c != word[j->left++ % 8]) {
            return 0;
        }
        return word[j->left % 8] ? LITERAL : LITERAL_END;
    }
    if (state == LITERAL_END) {
        return -1;
    }
    if (c >= '0' && c <= '9') {
        return c == '0' && state <= MINUS ? ZERO : digit[state - NUMBER];
    }
    switch (c) {
    case '.': return state == ZERO || state == INTEGER ? POINT : 0;
    case 'e':
    case 'E': return state >= ZERO && state != EXPONENT ? E : 0;
    case '-':
        if (state == NUMBER) {
            return MINUS;
        }
        /* fall through */
    case '+': return state == E ? E_SIGN : 0;
    default: return -1;
    }
}

static const char *token(struct json *j, const char *p, const char *end)
{
    const char *from = p;
    int next = 0;
    for (; p != end && (next = token_next(j, *p)) > 0; p++) {
        j->state = (uint8_t)next;
    }
    if (p == end) {
        piece(j, p, from, (size_t)(p - from));
    } else if (next == 0 || j->state < ZERO) {
        fail(j, p, j->event == JSON_NUMBER ? NANGO_E_JSON_NUMBER : NANGO_E_JSON_SYNTAX);
    } else {
        j->left = 0;
        scalar(j, p, from);
    }
    return p;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* White space, or an error. */
static const char *space(struct json *j, const char *p, const char *end)
{
    const char *from = p;
    while (p != end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) {
        p++;
    }
    if (p == from) {
        fail(j, p, j->state == DONE ? NANGO_E_JSON_EXTRA : NANGO_E_JSON_SYNTAX);
    }
    return p;
}

/* A value that is not a string. */
static const char *value(struct json *j, const char *p, const char *end)
{
    uint8_t before = j->state;
    if (*p == '{' || *p == '[') {
        return open(j, p);
    }
    j->state = LITERAL;
    for (j->event = JSON_NULL; j->event < JSON_NUMBER; j->event++) {
        if (*p == words[j->event - JSON_NULL][0]) {
            return token(j, p, end);
        }
    }
    j->state = NUMBER; /* the event is JSON_NUMBER */
    if (token_next(j, *p) >= 0 && (*p | 0x20) != 'e') {
        return token(j, p, end);
    }
    j->state = before;
    return space(j, p, end);
}

/* Reads a byte or more. A comma or colon is read with the token behind it. */
static const char *step(struct json *j, const char *p, const char *end)
{
    switch (j->state) {
    case FIRST_NAME:
    case AFTER_MEMBER:
        if (*p == '}') {
            return close(j, p);
        }
        if (j->state == AFTER_MEMBER) {
            if (*p != ',') {
                return space(j, p, end);
            }
            j->state = NAME;
            if (++p == end) {
                return p;
            }
        }
        /* fall through */
    case NAME:
        if (*p++ != '"') {
            return space(j, p - 1, end);
        }
        j->event = JSON_KEY;
        j->key_len = 0;
        break;
    case FIRST_VALUE:
    case AFTER_ELEMENT:
        if (*p == ']') {
            return close(j, p);
        }
        /* fall through */
    case COLON:
        if (j->state != FIRST_VALUE) {
            if (*p != (j->state == COLON ? ':' : ',')) {
                return space(j, p, end);
            }
            j->state = VALUE;
            if (++p == end) {
                return p;
            }
        }
        /* fall through */
    case VALUE:
        if (*p != '"') {
            return value(j, p, end);
        }
        p++;
        j->event = JSON_STRING;
        break;
    case DONE: return space(j, p, end);
    case STRING:
        if (j->high && *p != '\\') {
            lone(j, p);
        }
        break;
    case ESCAPE: return escape(j, p);
    default: return token(j, p, end);
    }
    j->state = STRING;
    return string(j, p, end);
}

int json_feed(struct json *j, const char *bytes, size_t len, size_t *used)
{
    const char *p = bytes, *end = bytes + len;
    j->at = bytes;
    while (p != end && !j->error) {
        p = step(j, p, end);
    }
    if (!j->error) {
        advance(j, p);
    }
    *used = (size_t)(j->at - bytes);
    return j->error;
}

int json_finish(struct json *j)
{
    j->at = j->key; /* the input is gone */
    if (j->state >= ZERO) {
        scalar(j, j->at, j->at);
    }
    if (!j->error && j->state != DONE) {
        j->error = NANGO_E_JSON_CUT;
    }
    return j->error;
}
