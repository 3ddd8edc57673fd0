/* SPDX-License-Identifier: MIT
 *
 * result: the fields that are picked out of a JSON text, in every slicing.
 */
#include "result.h"

#include "unit.h"

#include <string.h>

void test_fields(void);

#define T(text) (text), sizeof(text) - 1

enum { FIELDS = 6, ROOM = 64 };

static struct nango_field fields[FIELDS];
static char buf[FIELDS][ROOM];

struct wanted {
    const char *name;
    uint8_t kind;
    const char *text;
    size_t len;
};

struct picked {
    const char *text;
    size_t len;
    int error; /* of the reader */
    struct wanted wanted[FIELDS];
};

#define ABSENT NANGO_ABSENT, "", 0

static const struct picked picked[] = {
    {T("{\"id\":7,\"s\":\"x\\u00e9\\n\",\"t\":true,\"f\":false,\"n\":null,\"e\":\"\"}"),
     0,
     {{"id", NANGO_NUMBER, T("7")},
      {"s", NANGO_STRING, T("x\xc3\xa9\n")},
      {"t", NANGO_TRUE, T("true")},
      {"f", NANGO_FALSE, T("false")},
      {"n", NANGO_NULL, T("null")},
      {"e", NANGO_STRING, T("")}}},
    {T("{\"o\":{ \"a\":[1 ] },\"a\":[ {\"b\":\"\\n\"}],\"x\":{},\"y\":[]}"),
     0,
     {{"o", NANGO_OBJECT, T("{ \"a\":[1 ] }")},
      {"a", NANGO_ARRAY, T("[ {\"b\":\"\\n\"}]")},
      {"x", NANGO_OBJECT, T("{}")},
      {"y", NANGO_ARRAY, T("[]")},
      {"o.a", NANGO_ARRAY, T("[1 ]")},
      {"z", ABSENT}}},
    /* paths: an object and what is in it, both; nothing of the same name elsewhere */
    {T("{\"a\":0,\"u\":{\"a\":1,\"b\":{\"a\":2,\"c\":\"x\"},\"u\":{\"a\":9}},\"b\":{\"a\":3},\"c\":"
       "[{\"a\":4}]}"),
     0,
     {{"a", NANGO_NUMBER, T("0")},
      {"u.a", NANGO_NUMBER, T("1")},
      {"u.b.a", NANGO_NUMBER, T("2")},
      {"u.b", NANGO_OBJECT, T("{\"a\":2,\"c\":\"x\"}")},
      {"b.a", NANGO_NUMBER, T("3")},
      {"c.a", ABSENT}}},
    {T("{\"ab\":1,\"a\":{\"b\":2},\"abc\":3,\"\":4,\"a.b\":5,\"x\":{\"\":6}}"),
     0,
     {{"a.b", NANGO_NUMBER, T("2")},
      {"abc", NANGO_NUMBER, T("3")},
      {"", NANGO_NUMBER, T("4")},
      {"x.", NANGO_NUMBER, T("6")},
      {"a", NANGO_OBJECT, T("{\"b\":2}")},
      {"abcd", ABSENT}}},
    /* a path that ends at a scalar, or goes on behind one */
    {T("{\"a\":1,\"b\":{\"c\":2},\"d\":[1],\"e\":{\"f\":{}}}"),
     0,
     {{"a.b", ABSENT},
      {"a.b.c", ABSENT},
      {"b.c.d", ABSENT},
      {"d.e", ABSENT},
      {"e.f.g", ABSENT},
      {"e.f", NANGO_OBJECT, T("{}")}}},
    /* the path goes on in the second of two */
    {T("{\"a\":1,\"u\":{\"x\":1},\"u\":{\"y\":2}}"),
     0,
     {{"u.x", NANGO_NUMBER, T("1")}, {"u.y", NANGO_NUMBER, T("2")}}},
    {T("{\"u\":1,\"v\":{\"x\":{\"y\":1}},\"w\":{\"x\":3}}"),
     0,
     {{"u.x", ABSENT}, {"u.x.y", ABSENT}, {"v.x.y", NANGO_NUMBER, T("1")}, {"v.y", ABSENT}}},
    /* names: decoded, never beyond a NUL, of up to 64 bytes */
    {T("{\"\\u0061\":1,\"b\\u0000\":2,\"c\\u0000c\":3,\"\\ud83d\\ude00\":4}"),
     0,
     {{"a", NANGO_NUMBER, T("1")},
      {"b", ABSENT},
      {"c", ABSENT},
      {"\xf0\x9f\x98\x80", NANGO_NUMBER, T("4")}}},
    {T("{\"0123456789012345678901234567890123456789012345678901234567890123\":1,"
       "\"x123456789012345678901234567890123456789012345678901234567890123y\":2}"),
     0,
     {{"0123456789012345678901234567890123456789012345678901234567890123", NANGO_NUMBER, T("1")},
      {"x123456789012345678901234567890123456789012345678901234567890123", ABSENT}}},
    {T("{\"0123456789012345678901234567890123456789012345678901234567890123\":1}"),
     0,
     {{"012345678901234567890123456789012345678901234567890123456789012", ABSENT},
      {"01234567890123456789012345678901234567890123456789012345678901234", ABSENT}}},
    /* the same name wanted twice */
    {T("{\"a\":{\"b\":1}}"),
     0,
     {{"a", NANGO_OBJECT, T("{\"b\":1}")},
      {"a", NANGO_OBJECT, T("{\"b\":1}")},
      {"a.b", NANGO_NUMBER, T("1")},
      {"a.b", NANGO_NUMBER, T("1")}}},
    /* no object */
    {T("[{\"a\":1}]"), 0, {{"a", ABSENT}}},
    {T("\"a\""), 0, {{"a", ABSENT}, {"", ABSENT}}},
    /* longer than its room: whole characters, its whole length */
    {T("{\"a\":\""
       "0123456789012345678901234567890123456789012345678901234567890123"
       "\",\"b\":\""
       "01234567890123456789012345678901234567890123456789012345678901\xe2\x82\xac"
       "\",\"c\":\""
       "012345678901234567890123456789012345678901234567890123456789012"
       "\",\"d\":\""
       "01234567890123456789012345678901234567890123456789012345678901\\u00e9z\"}"),
     0,
     {{"a", NANGO_STRING, "012345678901234567890123456789012345678901234567890123456789012", 64},
      {"b", NANGO_STRING, "01234567890123456789012345678901234567890123456789012345678901", 65},
      {"c", NANGO_STRING, "012345678901234567890123456789012345678901234567890123456789012", 63},
      {"d", NANGO_STRING, "01234567890123456789012345678901234567890123456789012345678901", 65}}},
    {T("{\"a\":[0123]}"), NANGO_E_JSON_NUMBER, {{"a", ABSENT}}},
    /* a member twice */
    {T("{\"a\":1,\"a\":2}"), NANGO_E_ANSWER, {{"a", NANGO_NUMBER, T("1")}}},
    {T("{\"a\":null,\"a\":2}"), NANGO_E_ANSWER, {{"a", NANGO_NULL, T("null")}}},
    {T("{\"a\":{\"b\":1},\"a\":{\"b\":2}}"), NANGO_E_ANSWER, {{"a.b", NANGO_NUMBER, T("1")}}},
    {T("{\"a\":[],\"a\":[]}"), NANGO_E_ANSWER, {{"a", NANGO_ARRAY, T("[]")}}},
    {T("{\"a\":\"\",\"\\u0061\":\"\"}"), NANGO_E_ANSWER, {{"a", NANGO_STRING, T("")}}},
};

static size_t want(const struct wanted *w)
{
    size_t n = 0;
    memset(fields, 0x55, sizeof fields);
    memset(buf, 0x55, sizeof buf);
    for (; n < FIELDS && w[n].name != NULL; n++) {
        fields[n].name = w[n].name;
        fields[n].buf = buf[n];
        fields[n].cap = ROOM;
    }
    return n;
}

static void check_fields(const struct wanted *w, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t kept = strlen(buf[i]);
        CHECK_INT(fields[i].kind, w[i].kind);
        if (w[i].kind != NANGO_ABSENT) {
            CHECK_INT(fields[i].len, w[i].len);
            CHECK_INT(fields[i].cut, w[i].len > ROOM - 1);
            CHECK_MEM(buf[i], kept, w[i].text, w[i].len < kept ? w[i].len : strlen(w[i].text));
        }
        CHECK(kept < ROOM);
    }
}

static void pick(void *ctx, struct unit_slices *s)
{
    const struct picked *p = ctx;
    struct result_pick picker;
    struct json json;
    const char *part;
    size_t len, used, n = want(p->wanted);
    int error = 0;
    json_init(&json, result_pick_init(&picker, fields, n));
    while (!error && unit_slice(s, &part, &len)) {
        error = json_feed(&json, part, len, &used);
    }
    CHECK_INT(json_finish(&json), p->error);
    check_fields(p->wanted, n);
}

/* Every room from none on. */
static void try_rooms(const char *text, const char *value, size_t len)
{
    struct nango_field f = {.name = "a"};
    struct result_pick picker;
    struct json json;
    size_t used;
    for (size_t cap = 0; cap < len + 3; cap++) {
        size_t kept = cap > len ? len : cap > 0 ? cap - 1 : 0;
        f.buf = cap ? unit_room(UNIT_A, cap) : NULL;
        f.cap = cap;
        while (kept > 0 && kept < len && (value[kept] & 0xc0) == 0x80) {
            kept--;
        }
        json_init(&json, result_pick_init(&picker, &f, 1));
        CHECK_INT(json_feed(&json, text, strlen(text), &used), 0);
        CHECK_INT(f.len, len);
        CHECK_INT(f.cut, len > (cap ? cap - 1 : 0));
        if (cap) {
            CHECK_MEM(f.buf, kept, value, kept);
            CHECK_INT(f.buf[kept], 0);
        }
    }
}

/* What is not asked for costs no events: the answers to a text's events, one by one. */
static void check_answers(void)
{
    static const struct wanted ask[FIELDS] = {{"u.a", 0, NULL, 0}, {"o", 0, NULL, 0}};
    struct result_pick p;
    struct json_sink sink = result_pick_init(&p, fields, want(ask));
    CHECK_INT(sink.on(sink.ctx, JSON_OBJECT, "{", 0), JSON_TAKE);
    CHECK_INT(sink.on(sink.ctx, JSON_KEY, T("x")), JSON_SKIP);
    CHECK_INT(sink.on(sink.ctx, JSON_KEY, T("u")), JSON_TAKE);
    CHECK_INT(sink.on(sink.ctx, JSON_OBJECT, "{", 0), JSON_TAKE);
    CHECK_INT(sink.on(sink.ctx, JSON_KEY, T("b")), JSON_SKIP);
    CHECK_INT(sink.on(sink.ctx, JSON_KEY, T("a")), JSON_TAKE);
    CHECK_INT(sink.on(sink.ctx, JSON_NUMBER, T("1")), JSON_SKIP);
    CHECK_INT(sink.on(sink.ctx, JSON_END, "}", 0), JSON_SKIP);
    CHECK_INT(sink.on(sink.ctx, JSON_KEY, T("o")), JSON_TAKE);
    CHECK_INT(sink.on(sink.ctx, JSON_ARRAY, "[", 0), JSON_RAW);
    CHECK_INT(sink.on(sink.ctx, JSON_SPAN, T("[]")), JSON_SKIP);
    CHECK_INT(sink.on(sink.ctx, JSON_END, "]", 0), JSON_SKIP);
    CHECK_INT(sink.on(sink.ctx, JSON_KEY, T("u")), JSON_TAKE);
    CHECK_INT(sink.on(sink.ctx, JSON_ARRAY, "[", 0), JSON_SKIP);
    sink = result_pick_init(&p, NULL, 0);
    CHECK_INT(sink.on(sink.ctx, JSON_OBJECT, "{", 0), JSON_SKIP);
}

void test_fields(void)
{
    unit_case("no more is asked for than is wanted");
    check_answers();

    unit_case("kinds, paths, names, a member twice");
    for (size_t i = 0; i < sizeof picked / sizeof *picked; i++) {
        unit_each_slicing(picked[i].text, picked[i].len, pick, (void *)&picked[i]);
    }

    unit_case("every room");
    try_rooms("{\"a\":\"xyz\"}", T("xyz"));
    try_rooms("{\"a\":\"\"}", T(""));
    try_rooms("{\"a\":\"x\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80y\"}",
              T("x\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80y"));
    try_rooms("{\"a\":[\"\xe2\x82\xac\"]}", T("[\"\xe2\x82\xac\"]"));
    try_rooms("{\"a\":-12.5}", T("-12.5"));
}
