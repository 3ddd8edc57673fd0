/* SPDX-License-Identifier: MIT
 *
 * json_read: what RFC 8259 lets a text be, and what not, with the byte at which it is seen; each in
 * every slicing, taken, skipped and raw. Sections are those of RFC 8259.
 */
#include "json_log.h"

#include "unit.h"

#include <string.h>

void test_json_grammar(void);

struct doc {
    const char *text;
    size_t len;
    int error;
    size_t offset; /* of the error; of good text its length */
};

#define GOOD(text)                                    \
    {                                                 \
        (text), sizeof(text) - 1, 0, sizeof(text) - 1 \
    }
#define BAD(error, offset, text)                                 \
    {                                                            \
        (text), sizeof(text) - 1, NANGO_E_JSON_##error, (offset) \
    }
#define CUT(text) BAD(CUT, sizeof(text) - 1, text)

static const struct doc values[] = {
    GOOD("{}"),
    GOOD("[]"),
    GOOD("\"\""),
    GOOD("0"),
    GOOD("true"),
    GOOD("false"),
    GOOD("null"),
    GOOD("[[]]"),
    GOOD("[{}]"),
    GOOD("{\"\":{}}"),
    GOOD("[1,[2,[3,[]]],{\"a\":[{}]}]"),
    GOOD("{\"a\":1,\"b\":\"x\",\"c\":null,\"d\":[true,false],\"e\":{}}"),
    GOOD("{\"a\":1,\"a\":2}"), /* section 4: names SHOULD be unique */
    GOOD("{\"\":\"\",\" \":\" \"}"),
    GOOD(" \t\r\n[ \t\r\n1 \t\r\n, \t\r\n2 \t\r\n] \t\r\n"),
    GOOD("\n{\n\"a\"\n:\n1\n,\n\"b\"\n:\n[\n]\n}\n"),
    GOOD(" 1 "),
    GOOD("\ttrue\n"),
    GOOD(" \"x\" "),
    GOOD("[                                                                ]"),
    GOOD("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"),
    GOOD("[{\"a\":[{\"a\":[{\"a\":[{\"a\":[0]}]}]}]},[[{\"b\":[]}]]]"),
};

static const struct doc structure[] = {
    CUT(""),
    CUT(" \t\r\n"),
    CUT("["),
    CUT("{"),
    CUT("[1"),
    CUT("[1,"),
    CUT("[ "),
    CUT("{\"a"),
    CUT("{\"a\""),
    CUT("{\"a\":"),
    CUT("{\"a\":1"),
    CUT("{\"a\":1,"),
    CUT("{\"a\":1,\"b\":[{}"),
    CUT("[[[[[["),
    BAD(EXTRA, 2, "[]]"),
    BAD(EXTRA, 2, "{}}"),
    BAD(EXTRA, 2, "{},"),
    BAD(EXTRA, 2, "[][]"),
    BAD(EXTRA, 3, "{} {}"),
    BAD(EXTRA, 3, "{}\n{}"),
    BAD(EXTRA, 3, "\"a\"\"b\""),
    BAD(EXTRA, 2, "1 2"),
    BAD(EXTRA, 4, "truetrue"),
    BAD(EXTRA, 4, "nullx"),
    BAD(EXTRA, 1, "1x"),
    BAD(EXTRA, 1, "1]"),
    BAD(EXTRA, 2, "[]\0"),
    BAD(EXTRA, 2, "[]\xef\xbb\xbf"),
    BAD(EXTRA, 3, "[] // x"),
    BAD(SYNTAX, 0, "]"),
    BAD(SYNTAX, 0, "}"),
    BAD(SYNTAX, 0, ","),
    BAD(SYNTAX, 0, ":"),
    BAD(SYNTAX, 1, "[}"),
    BAD(SYNTAX, 1, "{]"),
    BAD(SYNTAX, 2, "[1}"),
    BAD(SYNTAX, 6, "{\"a\":1]"),
    BAD(SYNTAX, 3, "[[]}"),
    BAD(SYNTAX, 7, "{\"a\":[]]"),
    BAD(SYNTAX, 9, "[{\"a\":{}}}"),
    BAD(SYNTAX, 1, "[,]"),
    BAD(SYNTAX, 1, "[,1]"),
    BAD(SYNTAX, 3, "[1,]"),
    BAD(SYNTAX, 4, "[1, ]"),
    BAD(SYNTAX, 3, "[1,,2]"),
    BAD(SYNTAX, 2, "[1:2]"),
    BAD(SYNTAX, 3, "[1 2]"),
    BAD(SYNTAX, 4, "[\"a\"\"b\"]"),
    BAD(SYNTAX, 4, "[\"a\":1]"),
    BAD(SYNTAX, 3, "[[][]]"),
    BAD(SYNTAX, 3, "[{}{}]"),
    BAD(SYNTAX, 1, "{,}"),
    BAD(SYNTAX, 1, "{1}"),
    BAD(SYNTAX, 1, "{1:2}"),
    BAD(SYNTAX, 1, "{a:1}"),
    BAD(SYNTAX, 1, "{'a':1}"),
    BAD(SYNTAX, 1, "{null:1}"),
    BAD(SYNTAX, 1, "{[]:1}"),
    BAD(SYNTAX, 1, "{:1}"),
    BAD(SYNTAX, 4, "{\"a\"}"),
    BAD(SYNTAX, 4, "{\"a\",\"b\"}"),
    BAD(SYNTAX, 4, "{\"a\"1}"),
    BAD(SYNTAX, 5, "{\"a\" 1}"),
    BAD(SYNTAX, 5, "{\"a\":}"),
    BAD(SYNTAX, 5, "{\"a\":,}"),
    BAD(SYNTAX, 5, "{\"a\"::1}"),
    BAD(SYNTAX, 6, "{\"a\": :1}"),
    BAD(SYNTAX, 7, "{\"a\":1,}"),
    BAD(SYNTAX, 8, "{\"a\":1, }"),
    BAD(SYNTAX, 7, "{\"a\":1,,\"b\":2}"),
    BAD(SYNTAX, 7, "{\"a\":1,2}"),
    BAD(SYNTAX, 7, "{\"a\":1 \"b\":2}"),
    BAD(SYNTAX, 8, "{\"a\":\"x\"\"b\":2}"),
    BAD(SYNTAX, 6, "{\"a\":1:2}"),
    BAD(SYNTAX, 0, "\xef\xbb\xbf{}"), /* section 8.1: a byte order mark MUST NOT be added */
    BAD(SYNTAX, 0, "\xff\xfe{\0}\0"),
    BAD(SYNTAX, 0, "\0[]"),
    BAD(SYNTAX, 1, "[\0]"),
    BAD(SYNTAX, 1, "[\x0b]"), /* white space elsewhere, not here */
    BAD(SYNTAX, 1, "[\x0c]"),
    BAD(SYNTAX, 1, "[\x1f]"),
    BAD(SYNTAX, 1, "[\x7f]"),
    BAD(SYNTAX, 1, "[\xa0]"),
    BAD(SYNTAX, 1, "[\xc2\xa0]"),
    BAD(SYNTAX, 1, "[\xe2\x81\xa0]"),
    BAD(SYNTAX, 1, "[\xc3\xa9]"),
    BAD(SYNTAX, 1, "[\x80]"),
    BAD(SYNTAX, 0, "/* x */[]"),
    BAD(SYNTAX, 1, "[/**/]"),
    BAD(SYNTAX, 0, "<!DOCTYPE html><html></html>"),
    BAD(SYNTAX, 0, "Service unavailable"),
    BAD(SYNTAX, 0, "Error"),
    BAD(SYNTAX, 0, "error"),
    BAD(SYNTAX, 0, "'a'"),
    BAD(SYNTAX, 0, "\\u0041"),
    BAD(SYNTAX, 0, "#"),
    BAD(SYNTAX, 0, "(1)"),
    BAD(SYNTAX, 0, "undefined"),
};

static const struct doc literals[] = {
    GOOD("[true,false,null]"),
    GOOD("[ true , false , null ]"),
    CUT("t"),
    CUT("tru"),
    CUT("fals"),
    CUT("nul"),
    CUT("[true"),
    BAD(SYNTAX, 3, "truu"),
    BAD(SYNTAX, 4, "[tru]"),
    BAD(SYNTAX, 4, "[tru,1]"),
    BAD(SYNTAX, 5, "[fals]"),
    BAD(SYNTAX, 4, "[nul\0]"),
    BAD(SYNTAX, 2, "[tRUE]"),
    BAD(SYNTAX, 1, "[True]"),
    BAD(SYNTAX, 1, "[TRUE]"),
    BAD(SYNTAX, 5, "[truex]"),
    BAD(SYNTAX, 5, "[true1]"),
    BAD(SYNTAX, 5, "[true\"a\"]"),
    BAD(SYNTAX, 1, "[NaN]"),
    BAD(SYNTAX, 2, "[nan]"),
    BAD(SYNTAX, 1, "[Infinity]"),
    BAD(SYNTAX, 3, "[tr\0e]"),
};

static const struct doc numbers[] = {
    GOOD("-0"),
    GOOD("[-0]"),
    GOOD("[0,1,12,123456789012345678901234567890]"),
    GOOD("[-1,-12,-0]"),
    GOOD("[0.0,0.10,1.5,-1.5,123.456]"),
    GOOD("[0e0,0E0,0e+0,0e-0,1e1,1E1,1e+1,1E-1,1e00,1e007]"),
    GOOD("[0.0e0,-0.5E+10,123.456e-789,1.0e9999999999]"),
    GOOD("[0 ,1\t,2\r,3\n]"),
    GOOD("{\"a\":0}"),
    GOOD("{\"a\":-0.1e1}"),
    GOOD("1e5"),
    GOOD("0.5"),
    GOOD("1 "),
    CUT("-"),
    CUT("1."),
    CUT("1e"),
    CUT("1E+"),
    CUT("1e-"),
    CUT("-1."),
    CUT("[0"),
    CUT("[0.1"),
    BAD(NUMBER, 1, "[+1]"),
    BAD(NUMBER, 1, "[.5]"),
    BAD(NUMBER, 1, "[.]"),
    BAD(NUMBER, 0, "+1"),
    BAD(NUMBER, 0, ".5"),
    BAD(NUMBER, 2, "[-]"),
    BAD(NUMBER, 2, "[--1]"),
    BAD(NUMBER, 2, "[-+1]"),
    BAD(NUMBER, 2, "[-.5]"),
    BAD(NUMBER, 2, "[-a]"),
    BAD(NUMBER, 2, "[-Infinity]"),
    BAD(NUMBER, 2, "[- 1]"),
    BAD(NUMBER, 2, "[-\"1\"]"),
    BAD(NUMBER, 2, "[01]"),
    BAD(NUMBER, 2, "[00]"),
    BAD(NUMBER, 3, "[-01]"),
    BAD(NUMBER, 3, "[-00]"),
    BAD(NUMBER, 1, "01"),
    BAD(NUMBER, 3, "[1.]"),
    BAD(NUMBER, 3, "[1.,2]"),
    BAD(NUMBER, 3, "[1.e1]"),
    BAD(NUMBER, 3, "[1..2]"),
    BAD(NUMBER, 3, "[1.-2]"),
    BAD(NUMBER, 3, "[1.x]"),
    BAD(NUMBER, 4, "[1.2.3]"),
    BAD(NUMBER, 4, "[1.2-3]"),
    BAD(NUMBER, 2, "[1-2]"),
    BAD(NUMBER, 2, "[1+2]"),
    BAD(NUMBER, 2, "[0-1]"),
    BAD(NUMBER, 3, "[1e]"),
    BAD(NUMBER, 3, "[1eE]"),
    BAD(NUMBER, 3, "[1e.1]"),
    BAD(NUMBER, 3, "[1ex]"),
    BAD(NUMBER, 4, "[1e+]"),
    BAD(NUMBER, 4, "[1e+-1]"),
    BAD(NUMBER, 4, "[1e+e]"),
    BAD(SYNTAX, 4, "[1e1e1]"),
    BAD(NUMBER, 4, "[1e1.5]"),
    BAD(NUMBER, 4, "[1e1+1]"),
    BAD(NUMBER, 4, "[1e- 1]"),
    BAD(SYNTAX, 2, "[0x10]"),
    BAD(SYNTAX, 2, "[1a]"),
    BAD(SYNTAX, 2, "[1_000]"),
    BAD(SYNTAX, 3, "[1 000]"),
    BAD(SYNTAX, 2, "[1\0]"),
    BAD(SYNTAX, 2, "[1\xc2\xb2]"),
    BAD(SYNTAX, 1, "[\xef\xbc\x91]"), /* a full-width 1 */
    BAD(SYNTAX, 2, "[2\"a\"]"),
    BAD(EXTRA, 1, "0x10"),
    BAD(EXTRA, 1, "1\0"),
};

static const struct doc strings[] = {
    GOOD("\"a\""),
    GOOD("\"abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 "
         "!#$%&'()*+,-./:;<=>?@[]^_`{|}~\""),
    GOOD("\" \""),
    GOOD("\"\x7f\""), /* section 7: only below U+0020 must be escaped */
    GOOD("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    GOOD("\"\\u0000\\u0001\\u001F\\u0020\\u00e9\\u00E9\\uABCD\\uabcd\\uffff\""),
    GOOD("\"\\ud83d\\ude00\""),
    GOOD("\"\\uD83D\\uDE00x\""),
    GOOD("\"\\ud800\""), /* section 8.2: grammar lets a lone surrogate be */
    GOOD("\"\\udc00\""),
    GOOD("\"\\ud800x\""),
    GOOD("\"\\ud800\\n\""),
    GOOD("\"\\ud800\\ud800\\udc00\""),
    GOOD("\"\\udc00\\ud800\""),
    GOOD("{\"\\ud800\":\"\\u0000\"}"),
    GOOD("\"\xc2\x80\xdf\xbf\""),
    GOOD("\"\xe0\xa0\x80\xe0\xbf\xbf\xe1\x80\x80\xec\xbf\xbf\xed\x80\x80\xed\x9f\xbf\xee\x80\x80"
         "\xef\xbf\xbf\""),
    GOOD("\"\xf0\x90\x80\x80\xf0\xbf\xbf\xbf\xf1\x80\x80\x80\xf3\xbf\xbf\xbf\xf4\x80\x80\x80\xf4"
         "\x8f\xbf\xbf\""),
    GOOD("\"a\xc3\xa9 b\xe2\x82\xac c\xf0\x9f\x98\x80 d\""),
    GOOD("\"\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf\xef\xbf\xbd\""),
    GOOD("{\"\xc3\xa9\\n\xf0\x9f\x98\x80\":1}"),
    GOOD("[\"[{}],:\\\"\"]"),
    CUT("\""),
    CUT("\"a"),
    CUT("\"\\"),
    CUT("\"\\u"),
    CUT("\"\\u00e"),
    CUT("\"\\\""),
    CUT("\"\\ud800"),
    CUT("\"\\ud800\\"),
    CUT("\"\\ud83d\\ude0"),
    CUT("\"\xc3"),
    CUT("\"\xe2\x82"),
    CUT("\"\xf0\x9f\x98"),
    CUT("[\"a\",\"b"),
    BAD(CONTROL, 1, "\"\0\""),
    BAD(CONTROL, 1, "\"\n\""),
    BAD(CONTROL, 2, "\"a\t\""),
    BAD(CONTROL, 4, "\"abc\x1f\""),
    BAD(CONTROL, 5,
        "\"abcd\x01"
        "efgh\""),
    BAD(CONTROL, 6, "\"abcde\r\n\""),
    BAD(CONTROL, 7, "\"abcdef\x1b\""),
    BAD(CONTROL, 8, "\"abcdefg\x0b\""),
    BAD(CONTROL, 2, "{\"\x1f\":1}"),
    BAD(CONTROL, 3, "\"\xc3\xa9\n\""),
    BAD(CONTROL, 3, "\"\\n\n\""),
    BAD(ESCAPE, 2, "\"\\a\""),
    BAD(ESCAPE, 2, "\"\\'\""),
    BAD(ESCAPE, 2, "\"\\0\""),
    BAD(ESCAPE, 2, "\"\\x41\""),
    BAD(ESCAPE, 2, "\"\\U0041\""),
    BAD(ESCAPE, 2, "\"\\N\""),
    BAD(ESCAPE, 2, "\"\\ \""),
    BAD(ESCAPE, 2, "\"\\\n\""),
    BAD(ESCAPE, 2, "\"\\\0\""),
    BAD(ESCAPE, 2, "\"\\\xc3\xa9\""),
    BAD(ESCAPE, 3, "\"\\u\""),
    BAD(ESCAPE, 5, "\"\\u00\""),
    BAD(ESCAPE, 6, "\"\\u00e\""),
    BAD(ESCAPE, 3, "\"\\ug000\""),
    BAD(ESCAPE, 3, "\"\\uG000\""),
    BAD(ESCAPE, 4, "\"\\u0/00\""),
    BAD(ESCAPE, 4, "\"\\u0:00\""),
    BAD(ESCAPE, 4, "\"\\u0@00\""),
    BAD(ESCAPE, 4, "\"\\u0`00\""),
    BAD(ESCAPE, 3, "\"\\u 041\""),
    BAD(ESCAPE, 3, "\"\\u+041\""),
    BAD(ESCAPE, 3, "\"\\u\x10\x10\x10\x10\""), /* | 0x20 they would be digits */
    BAD(ESCAPE, 3, "\"\\u\xef\xbc\x90\""),
    BAD(ESCAPE, 8, "\"\\ud83d\\x\""),
    BAD(ESCAPE, 9, "\"\\ud83d\\u\""),
    BAD(ESCAPE, 3, "{\"\\q\":1}"),
};

/* RFC 3629 section 4, all edges. */
static const struct doc utf8[] = {
    BAD(UTF8, 1, "\"\x80\""),
    BAD(UTF8, 1, "\"\xbf\""),
    BAD(UTF8, 1, "\"\xc0\x80\""),
    BAD(UTF8, 1, "\"\xc0\xaf\""),
    BAD(UTF8, 1, "\"\xc1\xbf\""),
    BAD(UTF8, 2, "\"\xc2\""),
    BAD(UTF8, 2, "\"\xc2\x7f\""),
    BAD(UTF8, 2, "\"\xc2\xc0\""),
    BAD(UTF8, 2, "\"\xdf\x22\""),
    BAD(UTF8, 3, "\"\xc3\xa9\xa9\""),
    BAD(UTF8, 2, "\"\xe0\x80\x80\""),
    BAD(UTF8, 2, "\"\xe0\x9f\xbf\""),
    BAD(UTF8, 2, "\"\xe0\xc0\x80\""),
    BAD(UTF8, 3, "\"\xe0\xa0\x7f\""),
    BAD(UTF8, 3, "\"\xe0\xa0\""),
    BAD(UTF8, 3, "\"\xe1\x80\xc0\""),
    BAD(UTF8, 2, "\"\xe2\x22\x80\""),
    BAD(UTF8, 2, "\"\xed\xa0\x80\""), /* surrogates: U+D800 */
    BAD(UTF8, 2, "\"\xed\xaf\xbf\""),
    BAD(UTF8, 2, "\"\xed\xb0\x80\""),
    BAD(UTF8, 2, "\"\xed\xbf\xbf\""),
    BAD(UTF8, 2, "\"\xed\xa0\xbd\xed\xb8\x80\""), /* a pair of them (CESU-8) */
    BAD(UTF8, 3, "\"\xef\xbf\xc0\""),
    BAD(UTF8, 2, "\"\xf0\x80\x80\x80\""),
    BAD(UTF8, 2, "\"\xf0\x8f\xbf\xbf\""),
    BAD(UTF8, 3, "\"\xf0\x90\x7f\x80\""),
    BAD(UTF8, 4, "\"\xf0\x90\x80\""),
    BAD(UTF8, 4, "\"\xf0\x90\x80\xc0\""),
    BAD(UTF8, 2, "\"\xf1\x7f\x80\x80\""),
    BAD(UTF8, 2, "\"\xf3\xc0\x80\x80\""),
    BAD(UTF8, 2, "\"\xf4\x90\x80\x80\""), /* above U+10FFFF */
    BAD(UTF8, 2, "\"\xf4\xbf\xbf\xbf\""),
    BAD(UTF8, 1, "\"\xf5\x80\x80\x80\""),
    BAD(UTF8, 1, "\"\xf8\x88\x80\x80\x80\""),
    BAD(UTF8, 1, "\"\xfc\x84\x80\x80\x80\x80\""),
    BAD(UTF8, 1, "\"\xfe\""),
    BAD(UTF8, 1, "\"\xff\""),
    BAD(UTF8, 5, "\"abcd\xff\""),
    BAD(UTF8, 9, "\"abcdefgh\x80 abcdefgh\""),
    BAD(UTF8, 2, "{\"\xff\":1}"),
    BAD(UTF8, 10, "{\"a\":\"\xe2\x82\xac\xe2\x28\xa1\"}"),
    BAD(UTF8, 7, "\"\\u0041\xff\""),
    BAD(UTF8, 7, "\"\\ud800\x80\""),
};

static const struct {
    const char *name;
    const struct doc *docs;
    size_t len;
} groups[] = {
    {"values and white space", values, sizeof values / sizeof *values},
    {"structure", structure, sizeof structure / sizeof *structure},
    {"literals", literals, sizeof literals / sizeof *literals},
    {"numbers", numbers, sizeof numbers / sizeof *numbers},
    {"strings", strings, sizeof strings / sizeof *strings},
    {"UTF-8", utf8, sizeof utf8 / sizeof *utf8},
};

/* One reading of a text in one slicing. */
struct reading {
    const struct doc *doc;
    int open; /* what objects and arrays are answered */
    int fail_at;
    struct json json;
    struct json_log log;
    int error;
    int good;
};

static void read(void *ctx, struct unit_slices *s)
{
    struct reading *r = ctx;
    const char *part;
    size_t len, used = 0, all = 0;
    json_log_init(&r->log, &r->json, r->open);
    r->log.fail_at = r->fail_at;
    r->log.fail_with = NANGO_E_ANSWER;
    r->error = 0;
    while (!r->error && unit_slice(s, &part, &len)) {
        r->error = json_feed(&r->json, part, len, &used);
        all += used;
        r->good &= CHECK_INT(used, r->error ? used : len);
    }
    r->good &= CHECK_INT(r->json.offset, all);
    if (r->error) { /* for good */
        r->good &= CHECK_INT(json_feed(&r->json, "[]", 2, &used), r->error) & CHECK_INT(used, 0);
    }
    r->good &= CHECK(!r->error || json_finish(&r->json) == r->error);
    r->error = json_finish(&r->json);
    r->good &= CHECK_INT(json_finish(&r->json), r->error);
    r->good &= CHECK_INT(r->json.offset, all);
}

static void verdict(void *ctx, struct unit_slices *s)
{
    struct reading *r = ctx;
    read(ctx, s);
    r->good &= CHECK_INT(r->error, r->doc->error) & CHECK_INT(r->json.offset, r->doc->offset);
}

static struct reading taken, other;

/* The same events in any slicing, and the text itself where it is raw. */
static void same_events(void *ctx, struct unit_slices *s)
{
    const struct doc *d = taken.doc;
    size_t space = strspn(d->text, " \t\r\n");
    read(&other, s);
    (void)ctx;
    taken.good &= CHECK_MEM(other.log.text, other.log.len, taken.log.text, taken.log.len);
    if (other.open & JSON_RAW && strchr("{[", d->text[space]) != NULL) {
        size_t end = d->len;
        while (strchr(" \t\r\n", d->text[end - 1]) != NULL) {
            end--;
        }
        taken.good &= CHECK_MEM(other.log.raw, other.log.raw_len, d->text + space, end - space);
    }
}

static void read_all_ways(const struct doc *d)
{
    static const int answers[] = {JSON_TAKE, JSON_TAKE | JSON_RAW, JSON_RAW, JSON_SKIP};
    taken.doc = other.doc = d;
    taken.good = 1;
    taken.fail_at = other.fail_at = 0;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        taken.open = other.open = answers[i];
        unit_each_slicing(d->text, d->len, verdict, &taken);
        if (d->error == 0) {
            struct unit_slices whole = {.bytes = d->text, .len = d->len, .first = d->len};
            read(&taken, &whole);
            unit_each_slicing(d->text, d->len, same_events, NULL);
        }
    }
    if (!taken.good) { /* which one? */
        CHECK_MEM(d->text, d->len, "", 0);
    }
}

void test_json_grammar(void)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        unit_case(groups[g].name);
        for (size_t i = 0; i < groups[g].len; i++) {
            read_all_ways(&groups[g].docs[i]);
        }
    }
}
