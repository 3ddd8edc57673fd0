/* SPDX-License-Identifier: MIT
 *
 * json_read: what it hands on. (test_json_grammar.c: what it lets pass.)
 */
#include "json_log.h"

#include "unit.h"

#include <string.h>

void test_json_read(void);

#define T(text) (text), sizeof(text) - 1

static struct json json;
static struct json_log came;
static char big[70000]; /* whatever a case makes of it */

/* ---- events ---------------------------------------------------------------------------------- */

struct events {
    const char *text;
    size_t len;
    const char *log;
    size_t log_len;
    const char *raw; /* NULL: none is asked for */
    unsigned seen;
};

static const struct events events[] = {
    {T("{\"a\":[1,\"x\",null],\"b\":{\"c\":true}}"), T("{a=[1# x\" null# ].b={c=true# ].]."), 0, 0},
    {T("[]"), T("[]."), 0, 0},
    {T("\"\""), T("\" "), 0, 0},
    {T("{\"\":\"\"}"), T("{=\" ]."), 0, 0},
    {T("-1.5e+3"), T("-1.5e+3# "), 0, 0},
    {T(" false "), T("false# "), 0, 0},
    {T("[[[1],2],3]"), T("[[[1# ].2# ].3# ]."), 0, 0},
    /* what is skipped */
    {T("{\"-a\":1,\"b\":2}"), T("{-a=b=2# ]."), 0, 0},
    {T("{\"-a\":\"x\",\"b\":2}"), T("{-a=b=2# ]."), 0, 0},
    {T("{\"-a\":{\"b\":[{}]},\"b\":[{\"-c\":[]}]}"), T("{-a=b=[{-c=].].]."), 0, 0},
    {T("{\"-a\":[[],[[]],{\"x\":1}],\"-b\":null,\"c\":0}"), T("{-a=-b=c=0# ]."), 0, 0},
    {T("[{\"-a\":true},1]"), T("[{-a=].1# ]."), 0, 0},
    /* raw, alone and taken as well */
    {T("{\"~a\":{\"b\":[1]},\"c\":2}"), T("{~a={].c=2# ]."), "{\"b\":[1]}", 0},
    {T("{\"~a\":[ 1 , 2 ],\"~b\":[]}"), T("{~a=[].~b=[].]."), "[ 1 , 2 ][]", 0},
    {T("{\"~a\":\"x\",\"~b\":1}"), T("{~a=x\" ~b=1# ]."), "", 0},
    {T("{\"+a\":{\"b\":[1]},\"c\":2}"), T("{+a={b=[1# ].].c=2# ]."), "{\"b\":[1]}", 0},
    {T("{\"+a\":{\"+b\":[1],\"~c\":{\"d\":0}, \"e\":\"\\n\"} }"),
     T("{+a={+b=[1# ].~c={].e=\n\" ].]."), "{\"+b\":[1],\"~c\":{\"d\":0}, \"e\":\"\\n\"}", 0},
    {T("{\"+a\":{\"-b\":[{}],\"c\":1}}"), T("{+a={-b=c=1# ].]."), "{\"-b\":[{}],\"c\":1}", 0},
    /* escapes (section 7) */
    {T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), T("\"\\/\b\f\n\r\t\" "), 0, 0},
    {T("\"a\\u0041\\u007f\\u0080\\u00e9\\u07fF\\u0800\\uffff\""),
     T("aA\x7f\xc2\x80\xc3\xa9\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\" "), 0, 0},
    {T("\"\\ud800\\udc00\\uDBFF\\uDFFF\""), T("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\" "), 0, 0},
    {T("\"a\\ud83d\\ude00b\""),
     T("a\xf0\x9f\x98\x80"
       "b\" "),
     0, 0},
    {T("\"a\\u0000b\""), T("a\0b\" "), 0, JSON_SEEN_NUL},
    {T("\"\\ud800\""), T("\xef\xbf\xbd\" "), 0, JSON_SEEN_SURROGATE},
    {T("\"\\udfff\""), T("\xef\xbf\xbd\" "), 0, JSON_SEEN_SURROGATE},
    {T("\"\\ud800x\""), T("\xef\xbf\xbdx\" "), 0, JSON_SEEN_SURROGATE},
    {T("\"\\ud800\xc3\xa9\""), T("\xef\xbf\xbd\xc3\xa9\" "), 0, JSON_SEEN_SURROGATE},
    {T("\"\\ud800\\n\""), T("\xef\xbf\xbd\n\" "), 0, JSON_SEEN_SURROGATE},
    {T("\"\\ud800\\u0041\""),
     T("\xef\xbf\xbd"
       "A\" "),
     0, JSON_SEEN_SURROGATE},
    {T("\"\\ud800\\ud83d\\ude00\""), T("\xef\xbf\xbd\xf0\x9f\x98\x80\" "), 0, JSON_SEEN_SURROGATE},
    {T("\"\\udc00\\ud800\""), T("\xef\xbf\xbd\xef\xbf\xbd\" "), 0, JSON_SEEN_SURROGATE},
    {T("\"\\ud800\\u0000\""), T("\xef\xbf\xbd\0\" "), 0, JSON_SEEN_SURROGATE | JSON_SEEN_NUL},
    {T("[\"\\ud800\",\"\\udc00\"]"), T("[\xef\xbf\xbd\" \xef\xbf\xbd\" ]."), 0,
     JSON_SEEN_SURROGATE},
    {T("{\"\\ud83d\\ude00\\u0041\":1}"),
     T("{\xf0\x9f\x98\x80"
       "A=1# ]."),
     0, 0},
    {T("{\"a\\u0000\":1}"), T("{a\0=1# ]."), 0, JSON_SEEN_NUL},
    {T("{\"-a\":\"\\u0000\"}"), T("{-a=]."), 0, JSON_SEEN_NUL},
    {T("{\"-a\":{\"\\udc00\":\"\\ud800\"}}"), T("{-a=]."), 0, JSON_SEEN_SURROGATE},
    {T("{\"\\u002da\":1,\"b\":2}"), T("{-a=b=2# ]."), 0,
     0}, /* a name is decoded before it is asked */
};

static void read(struct unit_slices *s, int open)
{
    const char *part;
    size_t len, used;
    json_log_init(&came, &json, open);
    while (unit_slice(s, &part, &len)) {
        if (!CHECK_INT(json_feed(&json, part, len, &used), 0)) {
            return;
        }
        CHECK_INT(used, len);
    }
    CHECK_INT(json_finish(&json), 0);
}

static void read_events(void *ctx, struct unit_slices *s)
{
    const struct events *e = ctx;
    read(s, JSON_TAKE);
    CHECK_MEM(came.text, came.len, e->log, e->log_len);
    CHECK_INT(json.seen, e->seen);
    if (e->raw) {
        CHECK_MEM(came.raw, came.raw_len, e->raw, strlen(e->raw));
    }
}

static void check_offsets(void *ctx, struct unit_slices *s)
{
    (void)ctx;
    read(s, JSON_TAKE); /* " {"ab":[1, 23 ] } " */
    CHECK_INT(came.name_at, 5);
    CHECK_INT(came.open_at, 7);
    CHECK_INT(came.text_at, 13);
    CHECK_INT(came.close_at, 17);
}

/* ---- names ----------------------------------------------------------------------------------- */

static struct {
    const char *bytes;
    size_t len;
    char copy[JSON_KEY_CAP];
} key;

static int on_name(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    (void)ctx;
    if (event == JSON_KEY) {
        key.bytes = bytes;
        key.len = len;
        memcpy(key.copy, bytes, len < JSON_KEY_CAP ? len : JSON_KEY_CAP);
    }
    return JSON_TAKE;
}

static void read_name(void *ctx, struct unit_slices *s)
{
    size_t len, used, want = *(size_t *)ctx;
    const char *part;
    json_init(&json, (struct json_sink){on_name, NULL});
    while (unit_slice(s, &part, &len)) {
        CHECK_INT(json_feed(&json, part, len, &used), 0);
        if (len == s->len && strchr(s->bytes, '\\') == NULL) { /* whole: where it stands */
            CHECK(key.bytes == part + 3);
        }
    }
    CHECK(want <= JSON_KEY_CAP ? key.len == want : key.len > JSON_KEY_CAP);
    want = want < JSON_KEY_CAP ? want : JSON_KEY_CAP;
    CHECK_MEM(key.copy, want, big + sizeof big / 2, want);
}

/* A name of len letters, the one at `escaped` as \uXXXX; big's second half: what is read. */
static void try_name(size_t len, size_t escaped)
{
    static const char hex[] = "0123456789abcdef";
    char *at = big;
    memcpy(at, "[{\"", 3);
    at += 3;
    for (size_t i = 0; i < len; i++) {
        char c = (char)('a' + i % 26); /* the 65th is odd: elsewhere it would make an object */
        big[sizeof big / 2 + i] = c;
        if (i == escaped) {
            memcpy(at, "\\u00", 4);
            at[4] = hex[c >> 4];
            at[5] = hex[c & 15];
            at += 6;
        } else {
            *at++ = c;
        }
    }
    memcpy(at, "\":0}]", 6);
    unit_each_slicing(big, (size_t)(at - big) + 5, read_name, &len);
}

/* ---- depth ----------------------------------------------------------------------------------- */

/* `levels` of nesting, in the pattern's kinds, around a 1 in the innermost. */
static size_t nest(const char *pattern, size_t levels)
{
    size_t len = 0, kinds = strlen(pattern);
    for (size_t i = 0; i < levels; i++) {
        char kind = pattern[i % kinds];
        memcpy(big + len, kind == '{' ? "{\"a\":" : "[", kind == '{' ? 5 : 1);
        len += kind == '{' ? 5 : 1;
    }
    big[len++] = '1';
    for (size_t i = levels; i-- > 0;) {
        big[len++] = pattern[i % kinds] == '{' ? '}' : ']';
    }
    return len;
}

static void try_depth(const char *pattern)
{
    struct json_sink sink = {on_name, NULL};
    size_t len, used, closes;
    len = nest(pattern, NANGO_JSON_DEPTH);
    closes = len - NANGO_JSON_DEPTH;
    json_init(&json, sink);
    CHECK_INT(json_feed(&json, big, len, &used), 0);
    CHECK_INT(json_finish(&json), 0);
    for (size_t i = 0; i < NANGO_JSON_DEPTH; i += 37) { /* each level knows its own kind */
        big[closes + i] ^= ']' ^ '}';
        json_init(&json, sink);
        CHECK_INT(json_feed(&json, big, len, &used), NANGO_E_JSON_SYNTAX);
        CHECK_INT(json.offset, closes + i);
        big[closes + i] ^= ']' ^ '}';
    }
    nest(pattern, NANGO_JSON_DEPTH + 1);
    json_init(&json, sink);
    CHECK_INT(json_feed(&json, big, closes + 4, &used), NANGO_E_JSON_DEPTH);
    CHECK_INT(json.offset, closes - 1);
    CHECK_INT(used, closes - 1);
}

/* ---- a sink that refuses --------------------------------------------------------------------- */

struct refusal {
    int open;
    int fail_at;
    int events; /* how many there were without it */
};

static void refuse(void *ctx, struct unit_slices *s)
{
    struct refusal *r = ctx;
    const char *part;
    size_t len, used, all = 0;
    int error = 0;
    json_log_init(&came, &json, r->open);
    came.fail_at = r->fail_at;
    came.fail_with = NANGO_E_ANSWER;
    while (!error && unit_slice(s, &part, &len)) {
        error = json_feed(&json, part, len, &used);
        all += used;
    }
    if (came.events >= r->fail_at) {
        CHECK(error == NANGO_E_ANSWER || json_finish(&json) == NANGO_E_ANSWER);
        CHECK_INT(json_finish(&json), NANGO_E_ANSWER);
        CHECK_INT(json_feed(&json, "1", 1, &used), NANGO_E_ANSWER);
        CHECK_INT(used, 0);
        CHECK_INT(came.late, 0);
        CHECK_INT(json.offset, came.fail_offset);
    }
    CHECK_INT(json.offset, all);
    if (s->first == s->len) {
        r->events = came.events;
    }
}

static void try_refusals(const char *text, size_t len, int open)
{
    struct refusal r = {.open = open};
    do {
        r.fail_at++;
        unit_each_slicing(text, len, refuse, &r);
    } while (r.events == r.fail_at);
    CHECK(r.fail_at > 1);
}

void test_json_read(void)
{
    static const char busy[] =
        "{\"a\":[1,\"x\\n\\u00e9y\",null,{}],\"+b\":{\"c\":[true,[]],\"~d\":{"
        "\"e\":1}},\"-f\":[0],\"\\u0067\":\"\\ud800\",\"h\":\"\\ud800\\n\"} ";

    unit_case("events, joined, are the same in any slicing");
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        unit_each_slicing(events[i].text, events[i].len, read_events, (void *)&events[i]);
    }

    unit_case("json.offset, at each event");
    unit_each_slicing(T(" {\"ab\":[1, 23 ] } "), check_offsets, NULL);

    unit_case("names, whole where they stand, up to JSON_KEY_CAP bytes and beyond");
    for (size_t len = 0; len < 70; len++) {
        try_name(len, len);
        try_name(len, 0);
        try_name(len, len / 2);
        try_name(len, len - 1);
    }
    try_name(300, 300);
    try_name(300, 62);
    try_name(300, 64);

    unit_case("512 levels pass, the 513th does not, and each knows its kind");
    try_depth("[");
    try_depth("{");
    try_depth("[{");
    try_depth("{{[{[[{[[[");

    unit_case("a refusal of the sink, at each event, is the last one");
    try_refusals(busy, sizeof busy - 1, JSON_TAKE);
    try_refusals(busy, sizeof busy - 1, JSON_RAW);
    try_refusals(busy, sizeof busy - 1, JSON_TAKE | JSON_RAW);
    try_refusals(T("17"), JSON_TAKE);

    unit_case("a long string and a long number, in pieces");
    memset(big, 'x', sizeof big);
    big[0] = big[sizeof big - 1] = '"';
    json_init(&json, (struct json_sink){on_name, NULL});
    for (size_t at = 0, used; at < sizeof big; at += 1000) {
        CHECK_INT(json_feed(&json, big + at, 1000, &used), 0);
    }
    CHECK_INT(json_finish(&json), 0);
    memset(big, '7', sizeof big);
    json_init(&json, (struct json_sink){on_name, NULL});
    for (size_t at = 0, used; at < sizeof big; at += 1000) {
        CHECK_INT(json_feed(&json, big + at, 1000, &used), 0);
    }
    CHECK_INT(json_finish(&json), 0);

    unit_case("nothing fed");
    json_init(&json, (struct json_sink){on_name, NULL});
    {
        size_t used = 1;
        CHECK_INT(json_feed(&json, "", 0, &used), 0);
        CHECK_INT(used, 0);
    }
    CHECK_INT(json_finish(&json), NANGO_E_JSON_CUT);
    CHECK_INT(json.offset, 0);
}
