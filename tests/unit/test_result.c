/* SPDX-License-Identifier: MIT
 *
 * result: the verdict on an answer, in every slicing.
 */
#include "out.h"
#include "result.h"

#include "unit.h"

#include <string.h>

void test_result(void);

#define T(text) (text), sizeof(text) - 1

enum { ROOM = 64 };

static struct result answer;
static struct nango_result out;
static struct nango_field field;
static char buf[ROOM];

/* A field beside the verdict. */
struct wanted {
    const char *name;
    uint8_t kind;
    const char *text;
    size_t len;
};

#define ABSENT NANGO_ABSENT, "", 0

static void want(const char *name)
{
    memset(&field, 0, sizeof field);
    field.name = name;
    field.buf = buf;
    field.cap = sizeof buf;
}

/* ---- the verdict ----------------------------------------------------------------------------- */

struct verdict {
    uint16_t status;
    const char *expect;
    const char *same; /* NULL: anything */
    const char *text;
    size_t len;
    int error;
    const char *code;
    const char *message;
    size_t offset;
    struct wanted wanted;
};

#define OK(same, text)                                     \
    {                                                      \
        201, "connection_id", same, T(text), 0, "", "", 0, \
        {                                                  \
            0                                              \
        }                                                  \
    }
#define NOT_OK(error, offset, same, text)                                     \
    {                                                                         \
        201, "connection_id", same, T(text), NANGO_E_##error, "", "", offset, \
        {                                                                     \
            0                                                                 \
        }                                                                     \
    }
#define SAYS(status, error, text, code, message)                                  \
    {                                                                             \
        status, "connection_id", "x", T(text), NANGO_E_##error, code, message, 0, \
        {                                                                         \
            0                                                                     \
        }                                                                         \
    }

static const struct verdict verdicts[] = {
    OK("x", "{\"connection_id\":\"x\"}"),
    OK("x", " {\"a\":{\"connection_id\":\"y\"},\"connection_id\":\"x\",\"b\":[]} "),
    OK("x\xc3\xa9\"", "{\"connection_id\":\"x\\u00e9\\\"\"}"),
    OK("x\xc3\xa9", "{\"connection_id\":\"x\xc3\xa9\"}"),
    OK("", "{\"connection_id\":\"\"}"),
    OK(NULL, "{\"connection_id\":\"anything\"}"),
    OK(NULL, "{\"connection_id\":\"\"}"),
    OK("x", "{\"\\u0063onnection_id\":\"x\"}"),
    {200, "connection_id", "x", T("{\"connection_id\":\"x\"}"), 0, "", "", 0, {0}},
    {299, "connection_id", "x", T("{\"connection_id\":\"x\"}"), 0, "", "", 0, {0}},
    {201, "data.token", NULL, T("{\"data\":{\"token\":\"t\"}}"), 0, "", "", 0, {0}},
    {201, "data.token", NULL, T("{\"token\":\"t\",\"data\":{}}"), NANGO_E_ANSWER, "", "", 0, {0}},
    /* it has no place for the words of an error */
    OK("x", "{\"connection_id\":\"x\",\"error\":{\"code\":\"c\",\"message\":\"m\"}}"),
    NOT_OK(ANSWER, 0, "x", "{}"),
    NOT_OK(ANSWER, 0, "x", "[]"),
    NOT_OK(ANSWER, 0, "x", "[{\"connection_id\":\"x\"}]"),
    NOT_OK(ANSWER, 0, "x", "\"x\""),
    NOT_OK(ANSWER, 0, "x", "null"),
    NOT_OK(ANSWER, 0, "x", "{\"success\":true}"),
    NOT_OK(ANSWER, 0, "x", "{\"connection_id\":\"y\"}"),
    NOT_OK(ANSWER, 0, "x", "{\"connection_id\":\"xx\"}"),
    NOT_OK(ANSWER, 0, "xx", "{\"connection_id\":\"x\"}"),
    NOT_OK(ANSWER, 0, "xyz", "{\"connection_id\":\"x\\u0079a\"}"),
    NOT_OK(ANSWER, 0, "xz", "{\"connection_id\":\"y\\u007a\"}"),
    NOT_OK(ANSWER, 0, "x", "{\"connection_id\":\"\"}"),
    NOT_OK(ANSWER, 0, "", "{\"connection_id\":\"x\"}"),
    NOT_OK(ANSWER, 0, "1", "{\"connection_id\":1}"),
    NOT_OK(ANSWER, 0, NULL, "{\"connection_id\":1}"),
    NOT_OK(ANSWER, 0, "null", "{\"connection_id\":null}"),
    NOT_OK(ANSWER, 0, NULL, "{\"connection_id\":null}"),
    NOT_OK(ANSWER, 0, "true", "{\"connection_id\":true}"),
    NOT_OK(ANSWER, 0, "x", "{\"connection_id\":[\"x\"]}"),
    NOT_OK(ANSWER, 0, "x", "{\"connection_id\":{\"a\":\"x\"}}"),
    NOT_OK(ANSWER, 0, "x", "{\"connection_id\":{\"\":\"x\"}}"),
    NOT_OK(ANSWER, 0, "x", "{\"connection_id\":{\"connection_id\":\"x\"}}"),
    NOT_OK(ANSWER, 0, "x", "{\"data\":{\"connection_id\":\"x\"}}"),
    NOT_OK(ANSWER, 35, "x", "{\"connection_id\":\"x\",\"connection_id\":\"x\"}"),
    NOT_OK(ANSWER, 35, "x", "{\"connection_id\":\"y\",\"connection_id\":\"x\"}"),
    NOT_OK(JSON_CUT, 0, "x", ""),
    NOT_OK(JSON_CUT, 1, "x", "{"),
    NOT_OK(JSON_CUT, 20, "x", "{\"connection_id\":\"x\""),
    NOT_OK(JSON_SYNTAX, 0, "x", "<html>{\"connection_id\":\"x\"}</html>"),
    NOT_OK(JSON_EXTRA, 21, "x", "{\"connection_id\":\"x\"}<!-- -->"),
    NOT_OK(JSON_UTF8, 18, "x", "{\"connection_id\":\"\xff\"}"),
    /* errors: every member but code can be missing, and code may be anything */
    SAYS(400, STATUS, "{\"error\":{\"code\":\"invalid_body\",\"message\":\"No \\u00e9.\"}}",
         "invalid_body", "No \xc3\xa9."),
    SAYS(401, STATUS, "{\"error\":{\"message\":\"m\"},\"code\":\"x\"}", "", "m"),
    SAYS(403, STATUS, "{\"error\":{\"code\":\"forbidden\"}}", "forbidden", ""),
    SAYS(404, STATUS, "{\"error\":{\"a\":{\"code\":\"n\"},\"code\":\"not_found\",\"payload\":{}}}",
         "not_found", ""),
    SAYS(500, STATUS, "{\"error\":{\"code\":500,\"message\":true}}", "500", "true"),
    SAYS(500, STATUS, "{\"error\":{\"code\":null,\"message\":null}}", "", ""),
    SAYS(500, STATUS, "{\"error\":{\"code\":{\"code\":\"x\"},\"message\":[\"x\"]}}", "", ""),
    SAYS(500, STATUS, "{\"error\":{\"code\":{\"\":\"x\"},\"message\":\"m\"}}", "", "m"),
    SAYS(500, STATUS, "{\"error\":\"code\"}", "", ""),
    SAYS(500, STATUS, "{\"error\":[{\"code\":\"x\"}]}", "", ""),
    SAYS(500, STATUS, "{\"code\":\"x\",\"message\":\"y\"}", "", ""),
    SAYS(500, STATUS, "{\"connection_id\":\"x\"}", "", ""),
    SAYS(500, STATUS, "[]", "", ""),
    SAYS(500, STATUS, "", "", ""),
    SAYS(502, STATUS, "<html>Bad gateway</html>", "", ""),
    SAYS(500, STATUS, "{\"error\":{\"code\":\"half", "", ""),
    SAYS(500, STATUS, "{\"error\":{\"code\":\"c\",\"message\":\"m\"}}}", "", ""),
    SAYS(500, STATUS, "{\"error\":{\"code\":\"c\",\"code\":\"d\"}}", "", ""),
    SAYS(429, LIMITED, "{\"error\":{\"code\":\"too_many_request\",\"method\":\"POST\"}}",
         "too_many_request", ""),
    SAYS(429, LIMITED, "", "", ""),
    SAYS(302, REDIRECT, "", "", "here"),
    SAYS(307, REDIRECT, "{\"error\":{\"code\":\"c\",\"message\":\"m\"}}", "", "here"),
    SAYS(301, REDIRECT, "<a>", "", "here"),
    SAYS(304, REDIRECT, "{\"connection_id\":\"x\"}", "", "here"),
    SAYS(100, STATUS, "{\"connection_id\":\"x\"}", "", ""),
    SAYS(600, STATUS, "{\"connection_id\":\"x\"}", "", ""),
    /* a field beside that */
    {201,
     "connection_id",
     "x",
     T("{\"connection_id\":\"x\"}"),
     0,
     "",
     "",
     0,
     {"connection_id", NANGO_STRING, T("x")}},
    {201,
     "connection_id",
     "x",
     T("{\"connection_id\":[1]}"),
     NANGO_E_ANSWER,
     "",
     "",
     0,
     {"connection_id", NANGO_ARRAY, T("[1]")}},
    {400,
     "connection_id",
     "x",
     T("{\"error\":{\"code\":\"c\",\"errors\":[ {}]}}"),
     NANGO_E_STATUS,
     "c",
     "",
     0,
     {"error.errors", NANGO_ARRAY, T("[ {}]")}},
    {400,
     "connection_id",
     "x",
     T("{\"error\":{\"code\":\"c\",\"message\":\"m\"}}"),
     NANGO_E_STATUS,
     "c",
     "m",
     0,
     {"error", NANGO_OBJECT, T("{\"code\":\"c\",\"message\":\"m\"}")}},
    {400,
     "connection_id",
     "x",
     T("{\"error\":{\"code\":\"c\"}}"),
     NANGO_E_STATUS,
     "c",
     "",
     0,
     {"error.code", NANGO_STRING, T("c")}},
    {400,
     "connection_id",
     "x",
     T("{\"error\":{\"code\":{\"code\":\"c\"}}}"),
     NANGO_E_STATUS,
     "",
     "",
     0,
     {"error.code.code", NANGO_STRING, T("c")}},
    {302,
     "connection_id",
     "x",
     T("{\"a\":1}"),
     NANGO_E_REDIRECT,
     "",
     "here",
     0,
     {"a", NANGO_NUMBER, T("1")}},
    {400,
     "connection_id",
     "x",
     T("{\"error\":{\"code\":\"c\",\"method\":\"POST\"}}"),
     NANGO_E_STATUS,
     "c",
     "",
     0,
     {"error.method", NANGO_STRING, T("POST")}},
    {201,
     "connection_id",
     "xy",
     T("{\"connection_id\":\"x\",\"a\":\"y\"}"),
     NANGO_E_ANSWER,
     "",
     "",
     0,
     {"a", NANGO_STRING, T("y")}},
    /* of what is no JSON, or has it twice, nothing */
    {400,
     "connection_id",
     "x",
     T("{\"a\":[1],\"error\":{\"code\":\"c\"}"),
     NANGO_E_STATUS,
     "",
     "",
     0,
     {"a", ABSENT}},
    {201,
     "connection_id",
     "x",
     T("{\"a\":1,\"connection_id\":\"x\",\"a\":1}"),
     NANGO_E_ANSWER,
     "",
     "",
     29,
     {"a", ABSENT}},
};

static void judge(void *ctx, struct unit_slices *s)
{
    const struct verdict *v = ctx;
    const char *part;
    size_t len, n = v->wanted.name != NULL;
    want(v->wanted.name);
    memset(&out, 0, sizeof out);
    memcpy(out.code, T("old"));
    memcpy(out.message, T("here"));
    result_init(&answer, v->status, &out, v->expect, JSON_STRING, &field, n);
    while (unit_slice(s, &part, &len)) {
        result_feed(&answer, part, len);
    }
    int rc = result_finish(&answer);
    if (rc == 0 && v->same && answer.sum != out_sum(OUT_SUM_START, v->same, strlen(v->same))) {
        rc = NANGO_E_ANSWER; /* as the client does */
    }
    CHECK_INT(rc, v->error);
    CHECK_MEM(out.code, strlen(out.code), v->code, strlen(v->code));
    CHECK_MEM(out.message, strlen(out.message), v->message, strlen(v->message));
    CHECK_INT(out.offset, v->offset);
    CHECK_INT(out.warnings, 0);
    if (v->error == 0 && v->same == NULL && v->len > 30) { /* its value is "anything" */
        CHECK_INT(answer.sum, out_sum(OUT_SUM_START, "anything", 8));
    }
    if (n) {
        CHECK_INT(field.kind, v->wanted.kind);
        CHECK_MEM(buf, field.len, v->wanted.text, v->wanted.len);
    }
}

static void judge_nul(void *ctx, struct unit_slices *s)
{
    const char *part;
    size_t len;
    (void)ctx;
    memset(&out, 0, sizeof out);
    result_init(&answer, 400, &out, "x", JSON_STRING, NULL, 0);
    while (unit_slice(s, &part, &len)) {
        result_feed(&answer, part, len);
    }
    CHECK_INT(result_finish(&answer), NANGO_E_STATUS);
    CHECK_INT(out.warnings, NANGO_WARN_CUT);
    CHECK_TEXT(out.code, strlen(out.code), "a");
}

static void judge_long(void *ctx, struct unit_slices *s)
{
    const char *part;
    size_t len;
    (void)ctx;
    memset(&out, 0, sizeof out);
    out.warnings = NANGO_WARN_ID;
    result_init(&answer, 400, &out, "x", JSON_STRING, NULL, 0);
    while (unit_slice(s, &part, &len)) {
        result_feed(&answer, part, len);
    }
    CHECK_INT(result_finish(&answer), NANGO_E_STATUS);
    CHECK_INT(out.warnings, NANGO_WARN_ID | NANGO_WARN_CUT);
    CHECK_INT(strlen(out.code), NANGO_CODE_CAP - 2); /* an e with an accent did not fit */
    CHECK_INT(out.code[NANGO_CODE_CAP - 3], '7');
    CHECK_TEXT(out.message, strlen(out.message), "m");
}

/* The credentials of an answer are nowhere but in the field that asks for one. */
static void keep_secrets(void *ctx, struct unit_slices *s)
{
    const char *part;
    size_t len;
    (void)ctx;
    want("credentials.type");
    memset(&answer, 0, sizeof answer);
    memset(&out, 0, sizeof out);
    result_init(&answer, 201, &out, "connection_id", JSON_STRING, &field, 1);
    while (unit_slice(s, &part, &len)) {
        result_feed(&answer, part, len);
    }
    CHECK_INT(result_finish(&answer), 0);
    CHECK_TEXT(buf, field.len, "API");
    for (size_t i = 0; i + 6 <= sizeof answer; i++) {
        CHECK(memcmp((const char *)&answer + i, "SECRET", 6) != 0);
    }
    for (size_t i = 0; i + 6 <= sizeof out; i++) {
        CHECK(memcmp((const char *)&out + i, "SECRET", 6) != 0);
    }
    for (size_t i = 0; i + 6 <= sizeof buf; i++) {
        CHECK(memcmp(buf + i, "SECRET", 6) != 0);
    }
}

void test_result(void)
{
    static const char credentials[] =
        "{\"connection_id\":\"x\",\"credentials\":{\"type\":\"API\",\"apiKey\":\"SECRET-1\","
        "\"name\":\"\\u0053ECRET-3\",\"raw\":{\"a\":[\"SECRET-4\"]}},\"other\":\"SECRET-5\"}";
    static const char longer[] =
        "{\"error\":{\"code\":\"01234567890123456789012345678901234567\\u00e90123456789\","
        "\"message\":\"m\"}}";

    unit_case("the verdict");
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        unit_each_slicing(verdicts[i].text, verdicts[i].len, judge, (void *)&verdicts[i]);
    }

    unit_case("a code longer than its room is cut at a character, with a warning");
    unit_each_slicing(T(longer), judge_long, NULL);

    unit_case("a NUL ends a code, with a warning");
    unit_each_slicing(T("{\"error\":{\"code\":\"a\\u0000b\"}}"), judge_nul, NULL);

    unit_case("credentials are kept nowhere");
    unit_each_slicing(T(credentials), keep_secrets, NULL);
}
