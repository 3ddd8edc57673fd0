/* SPDX-License-Identifier: MIT */
#include "result.h"

#include "out.h"

#include <string.h>

/* Puts bytes (a piece of valid UTF-8) behind what is there, and a NUL behind them. If they do not
 * all fit, the text ends with the last character that is whole. */
static void put(struct nango_field *f, const char *bytes, size_t len)
{
    size_t at = f->len, n = len;
    f->len += len;
    if (f->cut || f->cap == 0) {
        f->cut |= f->len > 0;
        return;
    }
    if (f->len >= f->cap) {
        n = f->cap - 1 - at;
        f->cut = 1;
    }
    memcpy(f->buf + at, bytes, n);
    at += n;
    if (n < len && (bytes[n] & 0xc0) == 0x80) {
        while ((f->buf[--at] & 0xc0) == 0x80) {
        }
    }
    f->buf[at] = '\0';
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* The name of a member, where a field's path goes on at `path`. */
static int match(struct nango_field *f, const char *path, const char *name, size_t len)
{
    for (; len > 0 && *path == *name; len--, path++, name++) {
        if (*path <= '.' && (*path == '.' || *path == '\0')) { /* no part has that */
            return JSON_SKIP;
        }
    }
    if (len > 0) {
        return JSON_SKIP;
    }
    if (*path == '.') {
        f->level++;
    } else if (*path != '\0') {
        return JSON_SKIP;
    } else if (f->kind != NANGO_ABSENT) {
        return NANGO_E_ANSWER;
    } else {
        f->open = NANGO_STRING;
    }
    return JSON_TAKE;
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
        if (event == JSON_END && f->level + 1u == level) {
            f->kind = f->open;
            f->open = 0;
        }
        return JSON_SKIP;
    }
    put(f, bytes, len);
    return JSON_SKIP;
}

/* A name of an object with `above` ones around it: f->level parts of a path are the names above. */
static int pick_name(struct result_pick *p, unsigned above, const char *name, size_t len)
{
    int answer = JSON_SKIP;
    if (len > JSON_KEY_CAP ||
        (len > 0 && (above == 0 ? !(p->first >> (*name & 7) & 1) : p->first != 0xff))) {
        return JSON_SKIP; /* most end here */
    }
    struct nango_field *f = p->fields;
    for (unsigned left = p->fields_len; left > 0; left--, f++) {
        const char *path = f->name;
        if (f->level < above) {
            continue;
        }
        f->level = (uint8_t)above; /* what was matched from here on has ended */
        for (unsigned dots = above; dots > 0; path++) {
            dots -= *path == '.';
        }
        if (len == 0 || *path == *name) {
            answer |= match(f, path, name, len);
            if (f->level > above) {
                p->first = 0xff; /* what comes may be the end of this */
            }
        }
    }
    return answer;
}

int result_pick_event(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct result_pick *p = ctx;
    int answer = JSON_SKIP;
    if (event == JSON_KEY) {
        return pick_name(p, p->level - 1u, bytes, len);
    }
    p->level = (uint16_t)(p->level - (event == JSON_END));
    struct nango_field *f = p->fields;
    for (unsigned left = p->fields_len; left > 0; left--, f++) {
        if (f->open) {
            answer |= fill(f, p->level, event, bytes, len);
        } else if (event == JSON_OBJECT && f->level == p->level) {
            answer |= JSON_TAKE; /* its path goes on in there */
        }
    }
    p->level = (uint16_t)(p->level + (event == JSON_OBJECT || event == JSON_ARRAY));
    return answer;
}

struct json_sink result_pick_init(struct result_pick *p, struct nango_field *fields,
                                  size_t fields_len)
{
    *p = (struct result_pick){.fields = fields, .fields_len = (uint8_t)fields_len};
    for (struct nango_field *f = fields; fields_len > 0; fields_len--, f++) { /* NULL + 0 is none */
        p->first |= (uint8_t)(1 << (*f->name & 7));
        f->len = 0;
        f->kind = NANGO_ABSENT;
        f->cut = f->level = f->open = 0;
        put(f, "", 0);
    }
    return (struct json_sink){result_pick_event, p};
}

/* ---- answers --------------------------------------------------------------------------------- */

static int answer_event(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct result *a = ctx;
    if (a->own->open == NANGO_STRING) {
        a->found = (uint8_t)event;
        a->sum = out_sum(a->sum, bytes, len);
    }
    int own = JSON_SKIP;
    if (event < JSON_TEXT || a->own[0].open || a->own[1].open) {
        own = result_pick_event(&a->ours, event, bytes, len);
    }
    int wanted = a->values(&a->wanted, event, bytes, len);
    return wanted < 0 ? wanted : own | wanted;
}

void result_init(struct result *a, uint16_t status, struct nango_result *out, const char *expect,
                 enum json_event event, struct nango_field *fields, size_t fields_len)
{
    size_t own_len = 1;
    memset(a, 0, offsetof(struct result, json));
    json_init(&a->json, (struct json_sink){answer_event, a});
    a->out = out;
    a->sum = OUT_SUM_START;
    a->expect = (uint8_t)event;
    a->own[0].name = expect;
    out->code[0] = '\0';
    out->warnings &= (uint8_t)~NANGO_WARN_CUT;
    if (status / 100 == 3) {
        a->verdict = NANGO_E_REDIRECT;
        own_len = 0;
    } else if (status / 100 != 2) {
        a->verdict = status == 429 ? NANGO_E_LIMITED : NANGO_E_STATUS;
        a->own[0].name = "error.code";
        a->own[0].buf = out->code;
        a->own[0].cap = sizeof out->code;
        a->own[1].name = "error.message";
        a->own[1].buf = out->message;
        a->own[1].cap = sizeof out->message;
        own_len = 2;
    } else {
        out->message[0] = '\0';
    }
    result_pick_init(&a->ours, a->own, own_len);
    a->values = result_pick_init(&a->wanted, fields, fields_len).on;
}

void result_feed(struct result *a, const char *bytes, size_t len)
{
    size_t used;
    json_feed(&a->json, bytes, len, &used);
}

int result_finish(struct result *a)
{
    int error = json_finish(&a->json);
    if (error != 0) {
        result_pick_init(&a->ours, a->ours.fields, a->ours.fields_len);
        result_pick_init(&a->wanted, a->wanted.fields, a->wanted.fields_len);
    }
    if (a->verdict == 0) {
        if (error != 0) {
            a->out->offset = a->json.offset;
            return error;
        }
        return a->found == a->expect ? 0 : NANGO_E_ANSWER;
    }
    for (struct nango_field *f = a->own; f < a->own + a->ours.fields_len; f++) {
        if (f->kind == NANGO_NULL || f->kind > NANGO_STRING) { /* as good as absent */
            f->buf[0] = '\0';
        } else if (strlen(f->buf) < f->len) { /* or it has a NUL */
            a->out->warnings |= NANGO_WARN_CUT;
        }
    }
    return a->verdict;
}

/* ---- complaints ------------------------------------------------------------------------------ */

/* One of them that is being read. */
struct complaint {
    struct nango_field fields[3];
    struct nango_field *to; /* the one whose value is being read; NULL: none */
    unsigned dots;          /* that must come before what comes next */
    struct json json;
};

/* Scalars are taken, and the elements of arrays, joined by dots. */
static int complain(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    struct complaint *c = ctx;
    struct nango_field *f = c->fields;
    if (event == JSON_KEY) {
        for (c->dots = 0; f < c->fields + 3 && !match(f, f->name, bytes, len); f++) {
        }
        c->to = f < c->fields + 3 ? f : NULL;
        return c->to != NULL;
    }
    if (event < JSON_END) {
        return event == JSON_ARRAY || c->json.depth == 0;
    }
    if (event == JSON_END || (event == JSON_NULL && c->json.depth == 1) || c->to == NULL) {
        return JSON_SKIP;
    }
    for (; len > 0 && c->dots > 0; c->dots--) {
        put(c->to, ".", 1);
    }
    c->dots += event != JSON_TEXT;
    put(c->to, bytes, len);
    return JSON_SKIP;
}

int nango_detail_next(const char *errors, size_t len, size_t *pos, struct nango_detail *detail)
{
    struct complaint c = {
        {{.name = "code", .buf = detail->code, .cap = sizeof detail->code},
         {.name = "message", .buf = detail->message, .cap = sizeof detail->message},
         {.name = "path", .buf = detail->path, .cap = sizeof detail->path}},
        NULL,
        0,
        {0}};
    size_t used, at = *pos + 1; /* behind the [ or a comma */
    memset(detail, 0, sizeof *detail);
    if (at > len) {
        return 0;
    }
    json_init(&c.json, (struct json_sink){complain, &c});
    json_feed(&c.json, errors + at, len - at, &used);
    int error = json_finish(&c.json);
    if (error != 0 && error != NANGO_E_JSON_EXTRA) {
        return 0;
    }
    *pos = at + used;
    return 1;
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
