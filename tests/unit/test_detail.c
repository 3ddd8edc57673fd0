/* SPDX-License-Identifier: MIT
 *
 * result: the server's complaints one by one, and the names of errors and outcomes.
 */
#include "nango.h"

#include "unit.h"

#include <string.h>

void test_detail(void);

struct complaints {
    const char *text; /* NULL ends a list of texts */
    struct {
        const char *code, *message, *path;
    } each[3];
};

#define C40 "0123456789012345678901234567890123456789"
#define M158 C40 C40 C40 "01234567890123456789012345678901234567"
#define P77 C40 "0123456789012345678901234567890123456"

static const struct complaints lists[] = {
    {"[]", {{0, 0, 0}}},
    {"[{ }, {\n\"context\" : 1, \"pass\" :2 , \"mistake\":3 } ]", {{"", "", ""}, {"", "", ""}}},
    {"[ ]", {{0, 0, 0}}},
    {"", {{0, 0, 0}}},
    {"[", {{0, 0, 0}}},
    {"[{\"code\":\"a\",\"message\":\"b\",\"path\":[\"c\",\"d\"]}]", {{"a", "b", "c.d"}}},
    {"[ {\"code\":\"a\"} , {\"message\":\"b\"}\n,{\"path\":[\"c\"]} ] ",
     {{"a", "", ""}, {"", "b", ""}, {"", "", "c"}}},
    {"[{\"path\":[\"tags\",0,\"x y\",12],\"x\":{\"code\":[\"z\"]},\"code\":\"a\"}]",
     {{"a", "", "tags.0.x y.12"}}},
    {"[{\"path\":[],\"message\":\"\",\"code\":\"\"},{}]", {{"", "", ""}, {"", "", ""}}},
    {"[{\"path\":[\"a\",\"\",\"b\"]},{\"path\":[\"\",\"b\"]}]", {{"", "", "a..b"}, {"", "", ".b"}}},
    {"[{\"path\":\"a.b\",\"code\":7,\"message\":null}]", {{"7", "", "a.b"}}},
    {"[{\"path\":null,\"code\":true,\"message\":-1.5}]", {{"true", "-1.5", ""}}},
    {"[{\"path\":[[\"a\"],{\"b\":1},\"c\"],\"code\":{},\"message\":[\"x\",\"y\"]}]",
     {{"", "x.y", "a.c"}}},
    {"[{\"message\":\"\\\"\\\\\\/\\n\\u00e9\\ud83d\\ude00\\ud800\xc3\xa9\"}]",
     {{"", "\"\\/\n\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd\xc3\xa9", ""}}},
    {"[{\"message\":\"[{\\\"code\\\":\\\"x\\\"}],\"},{\"code\":\"]\"}]",
     {{"", "[{\"code\":\"x\"}],", ""}, {"]", "", ""}}},
    {"[{\"message\":\"a\\u0000b\"}]", {{"", "a", ""}}}, /* text is NUL-terminated */
    /* elements that are no objects */
    {"[7,\"x\",[{\"code\":\"a\"}]]", {{"", "", ""}, {"", "", ""}, {"", "", ""}}},
    {"[null,{\"code\":\"a\"}]", {{"", "", ""}, {"a", "", ""}}},
    /* cut: what is whole counts */
    {"[{\"code\":\"a\"},{\"code\":\"b\"},", {{"a", "", ""}, {"b", "", ""}}},
    {"[{\"code\":\"a\"},{\"code\":\"b\"}", {{"a", "", ""}, {"b", "", ""}}},
    {"[{\"code\":\"a\"},{\"code\":\"b\"", {{"a", "", ""}}},
    {"[{\"code\":\"a\"},{\"code\":\"b", {{"a", "", ""}}},
    {"[{\"code\":\"a\"},{\"path\":[\"b\"", {{"a", "", ""}}},
    {"[{\"code\":\"a\"},{\"code\":1", {{"a", "", ""}}},
    {"[{\"code\":\"a\"},{ ", {{"a", "", ""}}},
    {"[{\"code\":\"a\"},{", {{"a", "", ""}}},
    {"[{\"code\":\"a", {{0, 0, 0}}},
    /* not what it should be, but it comes to an end */
    {"[{{\"b\"8[1,,{{\"b\"8,tr\x7f", {{0, 0, 0}}},
    {"[{,{{\"code\":\"a\"}]", {{0, 0, 0}}},
    {"[{[1]:2,\"code\":\"a\"}]", {{0, 0, 0}}},
    /* long paths, and members behind much else */
    {"[{\"path\":[1,2,3,4,5,6,7,8,9],\"code\":\"a\",\"message\":\"b\"}]",
     {{"a", "b", "1.2.3.4.5.6.7.8.9"}}},
    {"[{\"path\":[1,2,3,4,5],\"code\":\"a\",\"message\":\"b\"}]", {{"a", "b", "1.2.3.4.5"}}},
    {"[{\"code\":\"a\",\"x\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15],\"message\":\"b\"},{\"code\":"
     "\"c\"}]",
     {{"a", "b", ""}, {"c", "", ""}}},
    {"[{\"code\":\"a\",\"path\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]},{\"code\":\"c\"}]",
     {{"a", "", "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15"}, {"c", "", ""}}},
};

static void check_list(const struct complaints *l)
{
    size_t len = strlen(l->text), pos = 0, before = 0;
    const char *text = unit_guard(UNIT_A, l->text, len);
    struct nango_detail d;
    for (size_t i = 0; i < 3 && l->each[i].code != NULL; i++) {
        memset(&d, 0x55, sizeof d);
        if (!CHECK_INT(nango_detail_next(text, len, &pos, &d), 1)) {
            CHECK_MEM(l->text, len, "", 0);
            return;
        }
        CHECK(pos > before && pos <= len);
        before = pos;
        CHECK_MEM(d.code, strlen(d.code), l->each[i].code, strlen(l->each[i].code));
        CHECK_MEM(d.message, strlen(d.message), l->each[i].message, strlen(l->each[i].message));
        CHECK_MEM(d.path, strlen(d.path), l->each[i].path, strlen(l->each[i].path));
    }
    if (l->each[2].code == NULL) {
        CHECK_INT(nango_detail_next(text, len, &pos, &d), 0);
        CHECK_INT(nango_detail_next(text, len, &pos, &d), 0); /* and so it stays */
    }
}

static void check_rooms(void)
{
    static const char text[] = "[{\"code\":\"" C40 "\",\"message\":\"" M158
                               "\\u00e9\\n\",\"path\":[\"a" P77 "\",\"\xc3\xa9\"]}]";
    struct nango_detail d;
    size_t pos = 0;
    CHECK_INT(nango_detail_next(text, sizeof text - 1, &pos, &d), 1);
    CHECK_INT(strlen(d.code), NANGO_CODE_CAP - 1);
    CHECK_INT(strlen(d.message), NANGO_MESSAGE_CAP - 2); /* nothing behind what did not fit */
    CHECK_INT(strlen(d.path), NANGO_MEMBER_CAP - 1);     /* the dot fits, the accented e does not */
    CHECK_INT(d.path[NANGO_MEMBER_CAP - 2], '.');
}

#define E(name)               \
    {                         \
        NANGO_E_##name, #name \
    }
static const struct {
    int error;
    const char *name;
} errors[] = {
    {0, "OK"},         E(MISSING),        E(TOO_SHORT),    E(TOO_LONG),    E(UTF8),
    E(CONTROL),        E(SURROGATE),      E(UNKNOWN),      E(TWICE),       E(KIND),
    E(FORMAT),         E(TIME),           E(TOO_MANY),     E(FORBIDDEN),   E(SOURCE),
    E(SOURCE_CHANGED), E(HTTP_STATUS),    E(HTTP_HEADER),  E(HTTP_LENGTH), E(HTTP_CODING),
    E(HTTP_CHUNK),     E(HTTP_TOO_LARGE), E(HTTP_INTERIM), E(HTTP_CUT),    E(HTTP_SILENT),
    E(JSON_SYNTAX),    E(JSON_UTF8),      E(JSON_CONTROL), E(JSON_ESCAPE), E(JSON_NUMBER),
    E(JSON_DEPTH),     E(JSON_CUT),       E(JSON_EXTRA),   E(STATUS),      E(REDIRECT),
    E(LIMITED),        E(ANSWER),         E(REFRESH),      E(ROOM),        E(EXISTS),
    E(TLS_HANDSHAKE),  E(TLS_ALERT),      E(TLS_VERSION),  E(TLS_ROOT),    E(TLS_NAME),
    E(TLS_EXPIRED),    E(TLS_NOT_YET),    E(TLS_WEAK),     E(TLS_USAGE),   E(TLS_PIN),
    E(TLS_CLOCK),      E(TLS_RECORD),     E(TLS_ARENA),    E(TLS_ENTROPY), E(TLS_BROKEN),
    E(TLS_SECRET),     E(NO_NAME),        E(UNREACHABLE),  E(RESET),       E(PORT),
    E(SETTINGS),       E(PLAINTEXT),      E(BUSY),         E(DEADLINE),    E(CANCELLED),
    E(CLOSED),
};

/* Every number: its name, or "?" where it is none. */
static void check_names(void)
{
    size_t known = 0;
    for (int error = 300; error > -300; error--) {
        const char *want = "?", *name = nango_error_name(error);
        for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
            if (errors[i].error == error) {
                want = errors[i].name;
                known++;
            }
        }
        CHECK_MEM(name, strlen(name), want, strlen(want));
    }
    CHECK_INT(known, sizeof errors / sizeof *errors);
    CHECK(strcmp(nango_error_name(INT32_MIN), "?") == 0);
    CHECK(strcmp(nango_error_name(INT32_MAX), "?") == 0);
}

void test_detail(void)
{
    static const char *const outcomes[] = {"PENDING", "DONE", "REFUSED", "NOT_SENT", "IN_DOUBT"};

    unit_case("complaints");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        check_list(&lists[i]);
    }

    unit_case("complaints longer than their room");
    check_rooms();

    unit_case("names of errors");
    check_names();

    unit_case("names of outcomes");
    for (int i = NANGO_PENDING; i <= NANGO_IN_DOUBT; i++) {
        const char *name = nango_outcome_name((enum nango_outcome)i);
        CHECK_MEM(name, strlen(name), outcomes[i], strlen(outcomes[i]));
    }
    CHECK(strcmp(nango_outcome_name((enum nango_outcome)(NANGO_IN_DOUBT + 1)), "?") == 0);
}
