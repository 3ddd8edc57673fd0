/* SPDX-License-Identifier: MIT */
#include "result.h"

#include "out.h"

#define JSMN_STATIC
#define JSMN_STRICT
#include <jsmn.h>
#include <string.h>

/* Puts bytes (a piece of valid UTF-8) at buf[at], and a NUL behind them. 0: they do not all fit,
 * and buf ends with the last character that is whole. */
static int put(char *buf, size_t cap, size_t at, const char *bytes, size_t len)
{
    size_t room;
    int fits;
    if (!cap) {
        return !len;
    }
    room = cap - 1 - at;
    fits = len <= room;
    if (!fits) {
        len = room;
    }
    memcpy(buf + at, bytes, len);
    at += len;
    if (!fits && (bytes[len] & 0xc0) == 0x80) {
        while ((buf[--at] & 0xc0) == 0x80) {
        }
    }
    buf[at] = '\0';
    return fits;
}

/* ---- paths ----------------------------------------------------------------------------------- */

enum match { OFF, ON_THE_WAY, WHOLE };

/* The name of a member, of an object that has `above` ones around it. Moves the path's level (how
 * many parts of it the names above, and the last one here, had). */
static enum match match(const char *path, uint8_t *level, unsigned above, const char *name,
                        size_t len)
{
    const char *end = name + len;
    if (*level < above) {
        return OFF;
    }
    *level = (uint8_t)above; /* what was matched from here on has ended */
    if (above == 0 && len && *path != *name) {
        return OFF; /* most end here */
    }
    for (; above; path++) {
        if (!*path) {
            return OFF;
        }
        above -= *path == '.';
    }
    for (; name != end && *path == *name; name++, path++) {
        if (!*path || *path == '.') {
            return OFF; /* no part has that */
        }
    }
    if (name != end || (*path && *path != '.')) {
        return OFF;
    }
    ++*level;
    return *path ? ON_THE_WAY : WHOLE;
}

/* ---- fields ---------------------------------------------------------------------------------- */

static int pick_key(const struct result_pick *p, const char *name, size_t len)
{
    struct nango_field *f = p->fields;
    unsigned above = p->level - 1u;
    int answer = JSON_SKIP;
    for (unsigned left = p->fields_len; left > 0; left--, f++) {
        enum match m = match(f->name, &f->level, above, name, len);
        if (m == OFF) {
            continue;
        }
        answer = JSON_TAKE;
        if (m == ON_THE_WAY) {
            continue;
        }
        if (f->kind != NANGO_ABSENT) {
            return NANGO_E_ANSWER;
        }
        f->open = NANGO_STRING;
    }
    return answer;
}

/* An event for a field that is open: as NANGO_STRING until its value shows that it is not a scalar,
 * then as NANGO_OBJECT or NANGO_ARRAY. Its kind is set when the value has ended. */
static int fill(struct nango_field *f, unsigned level, enum json_event event, const char *bytes,
                size_t len)
{
    if (f->open == NANGO_STRING) {
        if (event == JSON_OBJECT || event == JSON_ARRAY) {
            f->open = (uint8_t)(event - JSON_OBJECT + NANGO_OBJECT);
            return JSON_RAW;
        }
        if (event == JSON_SPAN) {
            return JSON_SKIP;
        }
        if (event != JSON_TEXT) {
            f->kind = (uint8_t)(event - JSON_NULL + NANGO_NULL);
            f->open = 0;
        }
    } else if (event != JSON_SPAN) {
        if (event == JSON_END && f->level == level) {
            f->kind = f->open;
            f->open = 0;
        }
        return JSON_SKIP;
    }
    if (!f->cut) {
        f->cut = !put(f->buf, f->cap, f->len, bytes, len);
    }
    f->len += len;
    return JSON_SKIP;
}

int result_pick_event(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct result_pick *p = ctx;
    struct nango_field *f = p->fields;
    unsigned level;
    int answer = JSON_SKIP;
    if (event == JSON_KEY) {
        return pick_key(p, bytes, len);
    }
    if (event == JSON_END) {
        p->level--;
    }
    level = p->level;
    for (unsigned left = p->fields_len; left > 0; left--, f++) {
        if (f->open) {
            answer |= fill(f, level, event, bytes, len);
        } else if (event == JSON_OBJECT && f->level == level) {
            answer |= JSON_TAKE; /* its path goes on in there */
        }
    }
    if (event == JSON_OBJECT || event == JSON_ARRAY) {
        p->level++;
    }
    return answer;
}

struct json_sink result_pick_init(struct result_pick *p, struct nango_field *fields,
                                  size_t fields_len)
{
    size_t i;
    p->fields = fields;
    p->fields_len = (uint16_t)fields_len;
    p->level = 0;
    for (i = 0; i < fields_len; i++) {
        struct nango_field *f = &fields[i];
        f->len = 0;
        f->kind = NANGO_ABSENT;
        f->cut = f->level = f->open = 0;
        put(f->buf, f->cap, 0, "", 0);
    }
    return (struct json_sink){result_pick_event, p};
}

/* ---- answers --------------------------------------------------------------------------------- */

static int own_key(struct result *a, const char *name, size_t len)
{
    unsigned above = a->wanted.level - 1u, i;
    int answer = JSON_SKIP;
    for (i = 0; i < 2 && a->own[i]; i++) {
        enum match m = match(a->own[i], &a->level[i], above, name, len);
        if (m == OFF) {
            continue;
        }
        answer = JSON_TAKE;
        if (m == ON_THE_WAY) {
            continue;
        }
        if (a->seen >> i & 1) {
            return NANGO_E_ANSWER;
        }
        a->seen |= (uint8_t)(1u << i);
        a->open = (uint8_t)(i + 1);
    }
    return answer;
}

/* A piece of error.code or error.message; null is as good as absent. */
static void own_words(struct result *a, enum json_event event, const char *bytes, size_t len)
{
    char *buf = a->open == 1 ? a->out->code : a->out->message;
    size_t cap = a->open == 1 ? sizeof a->out->code : sizeof a->out->message;
    if (event == JSON_NULL) {
        buf[0] = '\0';
    } else if (!put(buf, cap, strlen(buf), bytes, len)) { /* strlen: a NUL is left out */
        a->out->warnings |= NANGO_WARN_CUT;
        a->open = 0;
    }
}

/* A piece of what a success must have. */
static void own_proof(struct result *a, enum json_event event, const char *bytes, size_t len)
{
    a->sum = out_sum(a->sum, bytes, len);
    a->found = (uint8_t)event;
}

static int own_event(struct result *a, enum json_event event, const char *bytes, size_t len)
{
    switch (event) {
    case JSON_KEY: return own_key(a, bytes, len);
    case JSON_OBJECT:
    case JSON_ARRAY:
        if (a->open && !a->verdict) {
            a->found = (uint8_t)event;
        }
        a->open = 0;
        return event == JSON_OBJECT && a->level[0] == a->wanted.level; /* as level[1] */
    case JSON_END:
    case JSON_SPAN: return JSON_SKIP;
    default: break;
    }
    if (a->open) {
        (a->verdict ? own_words : own_proof)(a, event, bytes, len);
    }
    if (event != JSON_TEXT) {
        a->open = 0;
    }
    return JSON_SKIP;
}

static int answer_event(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct result *a = ctx;
    int own = own_event(a, event, bytes, len), wanted;
    if (own < 0) {
        return own;
    }
    wanted = a->values(&a->wanted, event, bytes, len);
    return wanted < 0 ? wanted : own | wanted;
}

void result_init(struct result *a, uint16_t status, struct nango_result *out, const char *expect,
                 enum json_event event, struct nango_field *fields, size_t fields_len)
{
    memset(a, 0, sizeof *a);
    json_init(&a->json, (struct json_sink){answer_event, a});
    a->values = result_pick_init(&a->wanted, fields, fields_len).on;
    a->out = out;
    a->verdict = status / 100 == 2   ? 0
                 : status / 100 == 3 ? NANGO_E_REDIRECT
                 : status == 429     ? NANGO_E_LIMITED
                                     : NANGO_E_STATUS;
    out->code[0] = '\0';
    out->warnings &= (uint8_t)~NANGO_WARN_CUT;
    if (a->verdict == NANGO_E_REDIRECT) {
        return;
    }
    out->message[0] = '\0';
    if (!a->verdict) {
        a->own[0] = expect;
        a->expect = (uint8_t)event;
        a->sum = OUT_SUM_START;
    } else {
        a->own[0] = "error.code";
        a->own[1] = "error.message";
    }
}

void result_feed(struct result *a, const char *bytes, size_t len)
{
    size_t used;
    json_feed(&a->json, bytes, len, &used);
}

int result_finish(struct result *a)
{
    int error = json_finish(&a->json);
    if (error) {
        result_pick_init(&a->wanted, a->wanted.fields, a->wanted.fields_len);
        a->out->code[0] = '\0';
        if (a->verdict != NANGO_E_REDIRECT) {
            a->out->message[0] = '\0';
            a->out->warnings &= (uint8_t)~NANGO_WARN_CUT;
        }
    }
    if (a->verdict) {
        return a->verdict;
    }
    if (error) {
        a->out->offset = a->json.offset;
    }
    return error ? error : a->found == a->expect ? 0 : NANGO_E_ANSWER;
}

/* ---- complaints ------------------------------------------------------------------------------ */

/* A scalar's text, or that of an array's elements, joined by dots. cap 0: nobody wants it. */
struct joined {
    char *buf;
    size_t cap;
    unsigned dots; /* that must come before what comes next */
};

static int join(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct joined *to = ctx;
    switch (event) {
    case JSON_ARRAY: return JSON_TAKE;
    case JSON_OBJECT:
    case JSON_END: return JSON_SKIP;
    default: break;
    }
    for (; to->cap && len && to->dots; to->dots--) {
        put(to->buf, to->cap, strlen(to->buf), ".", 1);
    }
    to->dots += event != JSON_TEXT;
    if (to->cap && !put(to->buf, to->cap, strlen(to->buf), bytes, len)) {
        to->cap = 0;
    }
    return JSON_SKIP;
}

/* Reads the value at p and the white space behind it. NULL: it is cut. */
static const char *read_value(const char *p, const char *end, struct joined *to)
{
    struct json json;
    size_t used;
    int error;
    json_init(&json, (struct json_sink){join, to});
    json_feed(&json, p, (size_t)(end - p), &used);
    error = json_finish(&json);
    return error == 0 || error == NANGO_E_JSON_EXTRA ? p + used : NULL;
}

static struct joined member_of(struct nango_detail *d, const char *name, size_t len)
{
    if (len == 4 && memcmp(name, "code", 4) == 0) {
        return (struct joined){d->code, sizeof d->code, 0};
    }
    if (len == 7 && memcmp(name, "message", 7) == 0) {
        return (struct joined){d->message, sizeof d->message, 0};
    }
    if (len == 4 && memcmp(name, "path", 4) == 0) {
        return (struct joined){d->path, sizeof d->path, 0};
    }
    return (struct joined){NULL, 0, 0};
}

/* The members of an object from p on, one name and one value at a time. NULL: it is cut. */
static const char *read_members(const char *p, const char *end, struct nango_detail *d)
{
    for (;;) {
        jsmn_parser parser;
        jsmntok_t pair[2];
        struct joined to;
        const char *value;
        jsmn_init(&parser);
        jsmn_parse(&parser, p, (size_t)(end - p), pair, 2);
        if (parser.toknext < 2 || pair[1].start < 0) { /* the second: text that is no JSON */
            break;
        }
        value = p + pair[1].start - (pair[1].type == JSMN_STRING);
        to = member_of(d, p + pair[0].start, (size_t)pair[0].end - (size_t)pair[0].start);
        if (*value == 'n') {
            to.cap = 0;
        }
        p = read_value(value, end, &to);
        if (!p) {
            return NULL;
        }
    }
    while (p != end && *p <= ' ') {
        p++;
    }
    return p != end && *p == '}' ? p + 1 : NULL;
}

int nango_detail_next(const char *errors, size_t len, size_t *pos, struct nango_detail *detail)
{
    const char *p = errors + *pos, *end = errors + len;
    memset(detail, 0, sizeof *detail);
    if (p == errors && p != end) { /* the [ */
        p++;
    }
    while (p != end && (*p == ',' || *p <= ' ')) {
        p++;
    }
    if (p != end && *p == '{') {
        p = read_members(p + 1, end, detail);
    } else {
        p = read_value(p, end, &(struct joined){NULL, 0, 0}); /* of the ] that is NULL */
    }
    if (p) {
        *pos = (size_t)(p - errors);
    }
    return p != NULL;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* In the order of their numbers; a band ends with an empty name. In one array, which the linker
 * drops where nobody asks for a name. */
static const char error_names[] =
    "OK\0\0"
    "MISSING\0TOO_SHORT\0TOO_LONG\0UTF8\0CONTROL\0SURROGATE\0UNKNOWN\0TWICE\0KIND\0FORMAT\0TIME\0"
    "TOO_MANY\0FORBIDDEN\0\0"
    "SOURCE\0SOURCE_CHANGED\0\0"
    "\0"
    "HTTP_STATUS\0HTTP_HEADER\0HTTP_LENGTH\0HTTP_CODING\0HTTP_CHUNK\0HTTP_TOO_LARGE\0"
    "HTTP_INTERIM\0HTTP_CUT\0HTTP_SILENT\0\0"
    "JSON_SYNTAX\0JSON_UTF8\0JSON_CONTROL\0JSON_ESCAPE\0JSON_NUMBER\0JSON_DEPTH\0JSON_CUT\0"
    "JSON_EXTRA\0\0"
    "STATUS\0REDIRECT\0LIMITED\0ANSWER\0REFRESH\0ROOM\0EXISTS\0\0"
    "TLS_HANDSHAKE\0TLS_ALERT\0TLS_VERSION\0TLS_ROOT\0TLS_NAME\0TLS_EXPIRED\0TLS_NOT_YET\0"
    "TLS_WEAK\0TLS_USAGE\0TLS_PIN\0TLS_CLOCK\0TLS_RECORD\0TLS_ARENA\0TLS_ENTROPY\0TLS_BROKEN\0"
    "TLS_SECRET\0\0"
    "NO_NAME\0UNREACHABLE\0RESET\0PORT\0\0"
    "SETTINGS\0PLAINTEXT\0BUSY\0DEADLINE\0CANCELLED\0CLOSED\0";

const char *nango_error_name(int error)
{
    const char *name = error_names;
    if (error > 0 || error < -0x9f) {
        return "?";
    }
    for (int band = -error >> 4; band; band--, name++) {
        while (*name) {
            name += strlen(name) + 1;
        }
    }
    for (int left = -error & 15; left && *name; left--) {
        name += strlen(name) + 1;
    }
    return *name ? name : "?";
}

const char *nango_outcome_name(enum nango_outcome outcome)
{
    static const char names[][9] = {"PENDING", "DONE", "REFUSED", "NOT_SENT", "IN_DOUBT"};
    return (unsigned)outcome < 5 ? names[outcome] : "?";
}
