/* SPDX-License-Identifier: MIT
 *
 * check: bodies. What only JSON can say, and the sources of a struct, which are JSON too. A ^ in a
 * text stands before the byte that the error's offset names, and is not part of it.
 */
#include "check_both.h"
#include "out.h"
#include "unit.h"

#include <string.h>

void test_check_body(void);

#define KEY "\"provider_config_key\":\"github\""
#define NONE "\"credentials\":{\"type\":\"NONE\"}"
#define OAUTH2 "\"credentials\":{\"type\":\"OAUTH2\",\"access_token\":\"a\""
#define TBA "\"credentials\":{\"type\":\"TBA\",\"token_id\":\"a\",\"token_secret\":\"b\"}"

#define N51 "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
#define N64 N51 "nnnnnnnnnnnnn"

struct text_case {
    const char *text;
    int error;
    const char *member;
    unsigned warnings;
};

static const struct text_case bodies[] = {
    /* good ones */
    {"{" KEY "," NONE "}", 0, "", 0},
    {" \r\n\t{ " KEY " , " NONE " } \n", 0, "", 0},
    {"\xef\xbb\xbf{" KEY "," NONE "}", 0, "", 0},
    {"\xef\xbb\xbf \n{" NONE "," KEY "}", 0, "", 0},
    {"{" KEY ",\"credentials\":{\"access_token\":\"a\",\"type\":\"OAUTH2\"}}", 0, "", 0},
    {"{" KEY ",\"credentials\":{\"access_\\u0074oken\":\"a\",\"typ\\u0065\":\"OA\\u0055TH2\"}}", 0,
     "", 0},
    {"{" KEY "," NONE ",\"metadata\":{},\"connection_config\":{},\"tags\":{}}", 0, "", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"a\":[null,true,1e5,{\"__proto__\":1}],\"a\":2}}", 0, "", 0},
    {"{" KEY "," NONE ",\"connection_config\":{\"accountId\":7,\"oauth_scopes_override\":[]}}", 0,
     "", 0},
    {"{" KEY "," NONE ",\"connection_config\":{\"oauth_scopes_override\":[\"a\",\"\",\"b\"]}}", 0,
     "", 0},
    {"{" KEY "," TBA ",\"connection_config\":{\"accountId\":\"1\",\"b\":[]}}", 0, "", 0},
    {"{" KEY ",\"connection_config\":{\"a\":{},\"accountId\":\"1\"}," TBA "}", 0, "", 0},
    {"{" KEY "," OAUTH2 ",\"config_override\":{}}}", 0, "", 0},
    {"{" KEY "," OAUTH2 ",\"expires_at\":1700000000000}}", 0, "", 0},
    {"{" KEY "," OAUTH2 ",\"refresh_token\":\"r\"}}", 0, "", NANGO_WARN_EXPIRY},
    {"{" KEY "," NONE ",\"end_user\":{\"id\":\"1\",\"tags\":{\"a\":\"b\"}}}", 0, "", 0},
    {"{" KEY "," NONE ",\"tags\":{\"\\u0061\":\"\\u0062\",\"end_user_email\":\"a@b.cd\"}}", 0, "",
     0},
    {"{" KEY "," NONE ",\"webhook_url_override\":\"https:\\/\\/example.com\"}", 0, "", 0},

    /* no object */
    {"^", NANGO_E_JSON_CUT, "", 0},
    {"  ^", NANGO_E_JSON_CUT, "", 0},
    {"\xef\xbb\xbf{^", NANGO_E_JSON_CUT, "", 0},
    {"^[]", NANGO_E_KIND, "", 0},
    {" ^[1]", NANGO_E_KIND, "", 0},
    {"^\"x\"", NANGO_E_KIND, "", 0},
    {"^null", NANGO_E_KIND, "", 0},
    {"^17", NANGO_E_KIND, "", 0},
    {"{}^", NANGO_E_MISSING, "provider_config_key", 0},
    {"^\xef\xbb{}", NANGO_E_JSON_SYNTAX, "", 0},
    {"^\xef {}", NANGO_E_JSON_SYNTAX, "", 0},
    {" ^\xef\xbb\xbf{}", NANGO_E_JSON_SYNTAX, "", 0},
    {"\xef\xbb\xbf^[]", NANGO_E_KIND, "", 0},
    {"^\xbb\xbf\xef{}", NANGO_E_JSON_SYNTAX, "", 0},

    /* JSON that RFC 8259 refuses, with the member in which it is */
    {"{" KEY "," NONE "} ^x", NANGO_E_JSON_EXTRA, "", 0},
    {"{" KEY "," NONE "}^{}", NANGO_E_JSON_EXTRA, "", 0},
    {"{" KEY "," NONE ",^}", NANGO_E_JSON_SYNTAX, "", 0},
    {"{\"provider_config_key\": ^github}", NANGO_E_JSON_SYNTAX, "provider_config_key", 0},
    {"{" KEY ",\"credentials\":{\"type\":\"OA^", NANGO_E_JSON_CUT, "credentials.type", 0},
    {"{" KEY ",\"credentials\":{\"apiKey\":\"k\",^,\"type\":\"API_KEY\"}}", NANGO_E_JSON_SYNTAX,
     "credentials", 0},
    {"{" KEY "," OAUTH2 ",\"expires_at\":0^1", NANGO_E_JSON_NUMBER, "credentials.expires_at", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"a\":tru^u}}", NANGO_E_JSON_SYNTAX, "metadata", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"a\":\"^\x01\"}}", NANGO_E_JSON_CONTROL, "metadata", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"z\":\"a^\xff\xfe\"}}", NANGO_E_JSON_UTF8, "metadata", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"z\":\"\\^x\"}}", NANGO_E_JSON_ESCAPE, "metadata", 0},
    {"{" KEY "," NONE ",\"tags\":{\"a\":\"b\",\"c\":\"^\n\"}}", NANGO_E_JSON_CONTROL, "tags.c", 0},
    {"{" KEY "," NONE ",\"tags\":{\"a\":\"b\",^}}", NANGO_E_JSON_SYNTAX, "tags", 0},
    {"{" KEY "," NONE ",\"end_user\":{\"id\":\"1\"^:}}", NANGO_E_JSON_SYNTAX, "end_user", 0},

    /* members that are missing */
    {"{" NONE "}^", NANGO_E_MISSING, "provider_config_key", 0},
    {"{" KEY "}^", NANGO_E_MISSING, "credentials", 0},
    {"{" KEY ",\"credentials\":{}^}", NANGO_E_MISSING, "credentials.type", 0},
    {"{" KEY ",\"credentials\":{\"apiKey\":\"k\"}^}", NANGO_E_MISSING, "credentials.type", 0},
    {"{" KEY ",\"credentials\":{\"type\":\"OAUTH2\"}^}", NANGO_E_MISSING,
     "credentials.access_token", 0},
    {"{" KEY "," NONE ",\"end_user\":{}^}", NANGO_E_MISSING, "end_user.id", 0},
    {"{" KEY "," TBA "}^ ", NANGO_E_MISSING, "connection_config.accountId", 0},

    /* members that nobody knows, or that come twice */
    {"{" KEY "," NONE ",\"nope^\":1}", NANGO_E_UNKNOWN, "nope", 0},
    {"{\"^\":1}", NANGO_E_UNKNOWN, "", 0},
    {"{\"provider_config_ke^\":1}", NANGO_E_UNKNOWN, "provider_config_ke", 0},
    {"{\"provider_config_key_^\":1}", NANGO_E_UNKNOWN, "provider_config_key_", 0},
    {"{\"tags\\u0000^\":{}}", NANGO_E_UNKNOWN, "tags?", 0},
    {"{\"a b\\n\xc3\xbc\x7f^\":1}", NANGO_E_UNKNOWN, "a?b????", 0},
    {"{\"\\ud800^\":1}", NANGO_E_UNKNOWN, "???", 0},
    {"{" KEY ",\"credentials\":{\"type\":\"API_KEY\",\"api_key^\":\"k\"}}", NANGO_E_UNKNOWN,
     "credentials.api_key", 0},
    {"{" KEY ",\"credentials\":{\"api_key^\":\"k\",\"type\":\"API_KEY\"}}", NANGO_E_UNKNOWN,
     "credentials.api_key", 0},
    {"{" KEY ",\"credentials\":{\"type\":\"NONE\",\"x^\":1}}", NANGO_E_UNKNOWN, "credentials.x", 0},
    {"{" KEY "," OAUTH2 ",\"config_override\":{\"scope^\":\"x\"}}}", NANGO_E_UNKNOWN,
     "credentials.config_override.scope", 0},
    {"{" KEY "," NONE ",\"end_user\":{\"id\":\"1\",\"organization^\":{}}}", NANGO_E_UNKNOWN,
     "end_user.organization", 0},
    {"{" KEY ",\"provider_config_key^\":\"x\"}", NANGO_E_TWICE, "provider_config_key", 0},
    {"{" KEY "," NONE ","
     "\"credentials^\":{}}",
     NANGO_E_TWICE, "credentials", 0},
    {"{" KEY "," OAUTH2 ",\"type^\":\"OAUTH2\"}}", NANGO_E_TWICE, "credentials.type", 0},
    {"{" KEY "," OAUTH2 ",\"access_token^\":\"b\"}}", NANGO_E_TWICE, "credentials.access_token", 0},
    {"{\"connection_id\":\"a\",\"connection_id^\":\"b\"}", NANGO_E_TWICE, "connection_id", 0},
    {"{" KEY "," NONE
     ",\"connection_config\":{\"oauth_scopes_override\":[],\"oauth_scopes_override^\":[]}}",
     NANGO_E_TWICE, "connection_config.oauth_scopes_override", 0},
    {"{" KEY "," NONE ",\"tags\":{\"a\":\"1\",\"\\u0041^\":\"2\"}}", NANGO_E_TWICE, "tags.A", 0},

    /* wrong kinds */
    {"{\"provider_config_key^\":5}", NANGO_E_KIND, "provider_config_key", 0},
    {"{\"provider_config_key^\":null}", NANGO_E_KIND, "provider_config_key", 0},
    {"{\"provider_config_key\":^{\"a\":1}}", NANGO_E_KIND, "provider_config_key", 0},
    {"{\"provider_config_key\":^[]}", NANGO_E_KIND, "provider_config_key", 0},
    {"{" KEY ",\"credentials^\":null}", NANGO_E_KIND, "credentials", 0},
    {"{" KEY ",\"credentials^\":\"a string of some length, in case a rule is asked for\"}",
     NANGO_E_KIND, "credentials", 0},
    {"{" KEY ",\"credentials\":^[]}", NANGO_E_KIND, "credentials", 0},
    {"{" KEY ",\"credentials\":{\"type^\":1}}", NANGO_E_KIND, "credentials.type", 0},
    {"{" KEY ",\"credentials\":{\"type\":^[\"OAUTH2\"]}}", NANGO_E_KIND, "credentials.type", 0},
    {"{" KEY ",\"credentials\":{\"type^\":\"JWT\"}}", NANGO_E_FORMAT, "credentials.type", 0},
    {"{" KEY ",\"credentials\":{\"type^\":\"\"}}", NANGO_E_FORMAT, "credentials.type", 0},
    {"{" KEY ",\"credentials\":{\"type^\":\"oauth2\"}}", NANGO_E_FORMAT, "credentials.type", 0},
    {"{" KEY ",\"credentials\":{\"type^\":\"OAUTH2_\"}}", NANGO_E_FORMAT, "credentials.type", 0},
    {"{" KEY ",\"credentials\":{\"type^\":\"OAUTH\"}}", NANGO_E_FORMAT, "credentials.type", 0},
    {"{" KEY ",\"credentials\":{\"type^\":"
     "\"OAUTH2OAUTH2OAUTH2OAUTH2OAUTH2OAUTH2OAUTH2OAUTH2OAUTH2OAUTH2OAUTH2OAUTH2\"}}",
     NANGO_E_FORMAT, "credentials.type", 0},
    {"{" KEY "," OAUTH2 ",\"refresh_token^\":null}}", NANGO_E_KIND, "credentials.refresh_token", 0},
    {"{" KEY "," OAUTH2 ",\"config_override^\":null}}", NANGO_E_KIND, "credentials.config_override",
     0},
    {"{" KEY "," OAUTH2 ",\"expires_at^\":null}}", NANGO_E_KIND, "credentials.expires_at", 0},
    {"{" KEY "," OAUTH2 ",\"expires_at^\":true}}", NANGO_E_KIND, "credentials.expires_at", 0},
    {"{" KEY "," OAUTH2 ",\"expires_at\":^{}}}", NANGO_E_KIND, "credentials.expires_at", 0},
    {"{" KEY ",\"credentials\":{\"type\":\"APP\",\"app_id^\":123}}", NANGO_E_KIND,
     "credentials.app_id", 0},
    {"{" KEY "," NONE ",\"connection_id^\":7}", NANGO_E_KIND, "connection_id", 0},
    {"{" KEY "," NONE ",\"metadata\":^[1]}", NANGO_E_KIND, "metadata", 0},
    {"{" KEY "," NONE ",\"metadata^\":null}", NANGO_E_KIND, "metadata", 0},
    {"{" KEY "," NONE ",\"connection_config^\":\"x\"}", NANGO_E_KIND, "connection_config", 0},
    {"{" KEY "," NONE ",\"connection_config\":{\"oauth_scopes_override^\":\"repo\"}}", NANGO_E_KIND,
     "connection_config.oauth_scopes_override", 0},
    {"{" KEY "," NONE ",\"connection_config\":{\"oauth_scopes_override\":^{}}}", NANGO_E_KIND,
     "connection_config.oauth_scopes_override", 0},
    {"{" KEY "," NONE ",\"connection_config\":{\"oauth_scopes_override\":^[\"a\",1]}}",
     NANGO_E_KIND, "connection_config.oauth_scopes_override", 0},
    {"{" KEY "," NONE ",\"connection_config\":{\"oauth_scopes_override\":[\"a\",^[]]}}",
     NANGO_E_KIND, "connection_config.oauth_scopes_override", 0},
    {"{" KEY "," NONE ",\"connection_config\":{\"oauth_scopes_override\":[^{}]}}", NANGO_E_KIND,
     "connection_config.oauth_scopes_override", 0},
    {"{" KEY "," TBA ",\"connection_config\":{\"accountId^\":1}}", NANGO_E_KIND,
     "connection_config.accountId", 0},
    {"{" KEY "," TBA ",\"connection_config\":{\"accountId^\":\"\"}}", NANGO_E_TOO_SHORT,
     "connection_config.accountId", 0},
    {"{" KEY "," NONE ",\"end_user^\":null}", NANGO_E_KIND, "end_user", 0},
    {"{" KEY "," NONE ",\"end_user\":{\"id^\":1}}", NANGO_E_KIND, "end_user.id", 0},
    {"{" KEY "," NONE ",\"tags^\":null}", NANGO_E_KIND, "tags", 0},
    {"{" KEY "," NONE ",\"tags\":^[]}", NANGO_E_KIND, "tags", 0},
    {"{" KEY "," NONE ",\"tags\":{\"a^\":1}}", NANGO_E_KIND, "tags.a", 0},
    {"{" KEY "," NONE ",\"tags\":{\"^\":1}}", NANGO_E_TOO_SHORT, "tags", 0},
    {"{" KEY "," NONE ",\"tags\":{\"a b^\":\"\",\"c\":\"\"}}", NANGO_E_FORMAT, "tags.a?b", 0},
    {"{" KEY "," OAUTH2 ",\"config_override\":{\"" N64 "^\":1}}}", NANGO_E_UNKNOWN,
     "credentials.config_override." N51, NANGO_WARN_CUT},
    {"{" KEY "," NONE ",\"tags\":{\"a\":^{}}}", NANGO_E_KIND, "tags.a", 0},
    {"{" KEY "," NONE ",\"webhook_url_override^\":null}", NANGO_E_KIND, "webhook_url_override", 0},

    /* numbers that are no milliseconds */
    {"{" KEY "," OAUTH2 ",\"expires_at^\":1700000000}}", NANGO_E_TIME, "credentials.expires_at", 0},
    {"{" KEY "," OAUTH2 ",\"expires_at^\":1700000000000.5}}", NANGO_E_TIME,
     "credentials.expires_at", 0},
    {"{" KEY "," OAUTH2 ",\"expires_at^\":-1700000000000}}", NANGO_E_TIME, "credentials.expires_at",
     0},
    {"{" KEY "," OAUTH2 ",\"expires_at^\":1.7e12}}", NANGO_E_TIME, "credentials.expires_at", 0},
    {"{" KEY "," OAUTH2 ",\"expires_at^\":0}}", NANGO_E_TIME, "credentials.expires_at", 0},
    {"{" KEY "," OAUTH2
     ",\"expires_at^\":17000000000000000000000000000000000000000000000000000000000000000000000}}",
     NANGO_E_TIME, "credentials.expires_at", 0},

    /* what Nango's database cannot hold */
    {"{" KEY "," OAUTH2 ",\"refresh_token^\":\"\\ud800\"}}", NANGO_E_SURROGATE,
     "credentials.refresh_token", 0},
    {"{" KEY "," OAUTH2 ",\"refresh_token^\":\"\\u0000\"}}", NANGO_E_CONTROL,
     "credentials.refresh_token", 0},
    {"{" KEY "," NONE ",\"connection_id^\":\"\\udc00\"}", NANGO_E_SURROGATE, "connection_id", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"z\":\"a\\u0000b\"}^}", NANGO_E_CONTROL, "metadata", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"z\":[\"\\u0000\"],\"y^\":1}}", NANGO_E_CONTROL, "metadata",
     0},
    {"{" KEY "," NONE ",\"metadata\":{\"\\u0000^\":1}}", NANGO_E_CONTROL, "metadata", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"z\":\"\\ud800b\"}^}", NANGO_E_SURROGATE, "metadata", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"z\":\"\\ud83d\\ude00\"}}", 0, "", 0},
    {"{" KEY "," NONE ",\"connection_config\":{\"accountId\":1,\"z\":{\"\\udfff\":1}}^}",
     NANGO_E_SURROGATE, "connection_config", 0},
    {"{" KEY "," NONE ",\"connection_config\":{\"oauth_scopes_override\":^[\"\\udfff\"]}}",
     NANGO_E_SURROGATE, "connection_config.oauth_scopes_override", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"a\":1,\"__proto__^\":{\"x\":1}}}", NANGO_E_FORBIDDEN,
     "metadata.__proto__", 0},
    {"{" KEY "," NONE ",\"connection_config\":{\"\\u005f_proto__^\":1}}", NANGO_E_FORBIDDEN,
     "connection_config.__proto__", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"constructor^\":1}}", NANGO_E_FORBIDDEN,
     "metadata.constructor", 0},
    {"{" KEY "," NONE ",\"metadata\":{\"a\":{\"constructor\":1},\"Constructor\":2}}", 0, "", 0},
    {"{" KEY "," NONE ",\"connection_config\":{\"constructor\":1}}", 0, "", 0},
    {"{" KEY "," NONE ",\"tags\":{\"a^\":\"\\ud800\"}}", NANGO_E_SURROGATE, "tags.a", 0},
    {"{" KEY "," NONE ",\"tags\":{\"constructor^\":\"x\"}}", NANGO_E_FORBIDDEN, "tags.constructor",
     0},
    {"{" KEY "," NONE ",\"tags\":{\"Constructor\":\"x\",\"prototype\":\"x\"}}", 0, "", 0},
    {"{" KEY "," NONE ",\"end_user\":{\"id\":\"1\",\"tags\":{\"__proto__^\":\"x\"}}}",
     NANGO_E_FORBIDDEN, "end_user.tags.__proto__", 0},

    /* the type comes last */
    {"{\"credentials\":{\"access_token\":\"a\",\"type\":\"API_KEY\",\"apiKey\":\"k\"}^," KEY "}",
     NANGO_E_UNKNOWN, "credentials.access_token", 0},
    {"{\"credentials\":{\"access_token^\":7,\"type\":\"API_KEY\",\"apiKey\":\"k\"}," KEY "}",
     NANGO_E_KIND, "credentials.access_token", 0},
    {"{\"credentials\":{\"type\":\"API_KEY\",\"access_token^\":\"a\",\"apiKey\":\"k\"}," KEY "}",
     NANGO_E_UNKNOWN, "credentials.access_token", 0},
    {"{" KEY ",\"connection_config\":{\"accountId\":7,\"b\":1}," NONE "}", 0, "", 0},
    {"{" KEY ",\"connection_config\":{\"accountId\":\"\",\"b\":1}," NONE "}", 0, "", 0},
    {"{" KEY ",\"connection_config\":{\"accountId\":{\"accountId\":{}},\"b\":1}," NONE "}", 0, "",
     0},
    {"{" KEY ",\"connection_config\":{\"accountId\":[[1],{\"__proto__\":1}],\"b\":1}," NONE "}", 0,
     "", 0},
    {"{" KEY ",\"connection_config\":{\"accountId\":[[1],{}],\"__proto__^\":1}," NONE "}",
     NANGO_E_FORBIDDEN, "connection_config.__proto__", 0},
    {"{" KEY ",\"connection_config\":{\"accountId\":7}," TBA "}^", NANGO_E_KIND,
     "connection_config.accountId", 0},
    {"{" KEY ",\"connection_config\":{\"accountId\":{}}," TBA "}^", NANGO_E_KIND,
     "connection_config.accountId", 0},
    {"{" KEY ",\"connection_config\":{\"b\":7}," TBA "}^", NANGO_E_MISSING,
     "connection_config.accountId", 0},
    {"{" KEY "," TBA ",\"connection_config\":{\"b\":7}^}", NANGO_E_MISSING,
     "connection_config.accountId", 0},
};

/* The text without its ^. */
static size_t without_mark(const char *text, char *to, size_t *mark)
{
    const char *at = strchr(text, '^');
    size_t len = strlen(text);
    *mark = 0;
    if (at == NULL) {
        memcpy(to, text, len);
        return len;
    }
    *mark = (size_t)(at - text);
    memcpy(to, text, *mark);
    memcpy(to + *mark, at + 1, len - *mark - 1);
    return len - 1;
}

static void test_bodies(void)
{
    char text[512];
    size_t mark;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        const struct text_case *b = &bodies[i];
        size_t len = without_mark(b->text, text, &mark);
        unit_case_of("body", strpbrk(b->text, "\n\r\t\x01\x7f\xff") == NULL ? b->text : b->member);
        check_as_body(text, len, b->error, b->member, mark, b->warnings);
    }
}

/* The sources of a struct: JSON as well, one by one. */
static const struct text_case sources[] = {
    {"{}", 0, "", 0},
    {" {\"a\":[1,{\"b\":\"\\ud83d\\ude00\"}]} \n", 0, "", 0},
    {"^[]", NANGO_E_KIND, "", 0},
    {"^null", NANGO_E_KIND, "", 0},
    {"^", NANGO_E_JSON_CUT, "", 0},
    {"{\"a\":1^", NANGO_E_JSON_CUT, "", 0},
    {"{\"a\":1,^}", NANGO_E_JSON_SYNTAX, "", 0},
    {"{}^{}", NANGO_E_JSON_EXTRA, "", 0},
    {"^\xef\xbb\xbf{}", NANGO_E_JSON_SYNTAX, "", 0},
    {"{\"a\":\"^\x80\"}", NANGO_E_JSON_UTF8, "", 0},
    {"{\"a\":\"\\u0000\"}^", NANGO_E_CONTROL, "", 0},
    {"{\"a\":{\"\\udc00\":1},\"b^\":2}", NANGO_E_SURROGATE, "", 0},
    {"{\"__proto__^\":{}}", NANGO_E_FORBIDDEN, ".__proto__", 0},
    {"{\"a\":{\"__proto__\":{}}}", 0, "", 0},
};

static void try_source(const char *text, size_t len, int error, size_t offset, const char *path,
                       const char *below, int as_config)
{
    struct nango_connection c = check_least;
    struct nango_source *source = as_config ? &c.connection_config : &c.metadata;
    struct pieces p;
    char member[NANGO_MEMBER_CAP] = "";
    if (error != 0) {
        strcpy(member, path);
        strcat(member, below);
    }
    for (size_t cap = 0; cap <= 64; cap++) {
        struct nango_result r = {0};
        struct request rq = {.connection = &c};
        const char *guarded = unit_guard(UNIT_A, text, len);
        *source = cap == 0 ? (struct nango_source){.len = len, .mem = guarded}
                           : pieces_source(&p, guarded, len);
        CHECK_INT(check_connection(&rq, &r, unit_room(UNIT_B, cap), cap), error);
        CHECK_INT(r.offset, offset);
        CHECK_MEM(r.member, strlen(r.member), member, strlen(member));
        if (error == 0) {
            CHECK_INT(rq.sum, out_sum(OUT_SUM_START, text, len));
            CHECK_INT(rq.body_at, 0);
        }
    }
}

static void test_sources(void)
{
    char text[512];
    size_t mark;
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        const struct text_case *s = &sources[i];
        size_t len = without_mark(s->text, text, &mark);
        unit_case_of("metadata", s->member);
        try_source(text, len, s->error, mark, "metadata", s->member, 0);
        unit_case_of("connection_config", s->member);
        try_source(text, len, s->error, mark, "connection_config", s->member, 1);
    }
    unit_case("an error behind a source has no offset");
    struct nango_connection c = check_least;
    c.metadata = (struct nango_source){.len = 2, .mem = "{}"};
    c.webhook_url_override = NANGO_STR("x");
    struct nango_result r = {0};
    struct request rq = {.connection = &c};
    CHECK_INT(check_connection(&rq, &r, NULL, 0), NANGO_E_FORMAT);
    CHECK_INT(r.offset, 0);
    unit_case("the sum is over metadata, then connection_config");
    c.webhook_url_override.ptr = NULL;
    c.connection_config = (struct nango_source){.len = 9, .mem = "{ \"a\":1 }"};
    CHECK_INT(check_connection(&rq, &r, NULL, 0), 0);
    CHECK_INT(rq.sum, out_sum(OUT_SUM_START, "{}{ \"a\":1 }", 11));
}

static const char good_body[] =
    "{\"connection_id\":\"device-42\"," KEY "," OAUTH2 "},\"metadata\":{\"a\":1,\"b\":\"two\"}}";

/* Every read of a source fails once. */
static void test_failures(void)
{
    struct pieces p;
    struct nango_connection c = {.body = pieces_source(&p, good_body, sizeof good_body - 1)};
    struct request rq = {.connection = &c};
    char scratch[8];
    unit_case("a source that fails");
    for (size_t n = 1;; n++) {
        struct nango_result r = {0};
        p.calls = 0;
        p.fail_at = n;
        int rc = check_connection(&rq, &r, scratch, sizeof scratch);
        if (p.calls < n) {
            CHECK_INT(rc, 0);
            CHECK(n > 18);
            break;
        }
        CHECK_INT(rc, NANGO_E_SOURCE);
        CHECK_INT(r.cause, -7);
        CHECK_INT(p.calls, n);
    }
    c = check_least;
    c.metadata = pieces_source(&p, "{\"a\":1234567}", 13);
    p.fail_at = 2;
    struct nango_result r = {0};
    CHECK_INT(check_connection(&rq, &r, scratch, sizeof scratch), NANGO_E_SOURCE);
    CHECK_TEXT(r.member, strlen(r.member), "metadata");
    CHECK_INT(r.offset, 8);
    CHECK_INT(r.cause, -7);
}

static void test_nango_check(void)
{
    char id[16], two[16];
    struct nango_field fields[] = {{.name = "connection_id", .buf = id, .cap = sizeof id},
                                   {.name = "metadata.b", .buf = two, .cap = sizeof two}};
    struct nango_result r;
    struct pieces p;
    struct nango_connection c = {.body = {.len = sizeof good_body - 1, .mem = good_body}};
    unit_case("nango_check reads fields of a body");
    for (int pass = 0; pass < 2; pass++) {
        memset(&r, 1, sizeof r);
        CHECK_INT(nango_check(&c, fields, 2, &r), 0);
        CHECK_INT(r.error, 0);
        CHECK_INT(r.outcome, NANGO_PENDING);
        CHECK_TEXT(id, fields[0].len, "device-42");
        CHECK_TEXT(two, fields[1].len, "two");
        CHECK_INT(fields[1].kind, NANGO_STRING);
        CHECK(r.connection_id.ptr == NULL);
        CHECK_INT(r.message[0] | r.code[0] | r.member[0], 0);
        c.body = pieces_source(&p, good_body, sizeof good_body - 1);
    }
    CHECK_INT(nango_check(&c, NULL, 0, &r), 0);

    unit_case("nango_check of a body that is refused still says which it is");
    static const char bad[] = "{\"connection_id\":\"device-42\",\"nope\":1,\"metadata\":{\"b\":3}}";
    c.body = (struct nango_source){.len = sizeof bad - 1, .mem = bad};
    CHECK_INT(nango_check(&c, fields, 2, &r), NANGO_E_UNKNOWN);
    CHECK_INT(r.outcome, NANGO_REFUSED);
    CHECK_INT(r.error, NANGO_E_UNKNOWN);
    CHECK_TEXT(r.member, strlen(r.member), "nope");
    CHECK_TEXT(id, fields[0].len, "device-42");
    CHECK_INT(fields[1].kind, NANGO_NUMBER);

    unit_case("nango_check: a wanted member that comes twice");
    static const char twice[] = "{" KEY "," NONE ",\"metadata\":{\"b\":1,\"b\":2}}";
    c.body = (struct nango_source){.len = sizeof twice - 1, .mem = twice};
    CHECK_INT(nango_check(&c, fields, 1, &r), 0);
    CHECK_INT(nango_check(&c, fields, 2, &r), NANGO_E_TWICE);
    CHECK_INT(r.outcome, NANGO_REFUSED);

    unit_case("nango_check of a source that fails");
    c.body = pieces_source(&p, good_body, sizeof good_body - 1);
    p.fail_at = 3;
    CHECK_INT(nango_check(&c, fields, 2, &r), NANGO_E_SOURCE);
    CHECK_INT(r.outcome, NANGO_NOT_SENT);
    CHECK_INT(r.cause, -7);

    unit_case("nango_check of a struct");
    c = check_least;
    CHECK_INT(nango_check(&c, fields, 2, &r), 0);
    CHECK_INT(fields[0].kind, NANGO_ABSENT);
    CHECK_TEXT(r.connection_id.ptr, r.connection_id.len, "device-42");
    c.provider_config_key.len = 0;
    CHECK_INT(nango_check(&c, fields, 2, &r), NANGO_E_TOO_SHORT);
    CHECK_TEXT(r.member, strlen(r.member), "provider_config_key");
    unit_case("nango_check of what is no JSON object has no fields");
    c = (struct nango_connection){.body = {.len = 2, .mem = "[]"}};
    fields[0].kind = NANGO_STRING;
    CHECK_INT(nango_check(&c, fields, 2, &r), NANGO_E_KIND);
    CHECK_INT(fields[0].kind, NANGO_ABSENT);
}

static void test_ids(void)
{
    struct nango_result r = {0};
    struct nango_connection c = {.body = {.len = sizeof good_body - 1, .mem = good_body}};
    struct request rq = {.connection = &c};
    unit_case("has the body an id of its own");
    CHECK_INT(check_connection(&rq, &r, NULL, 0), 0);
    CHECK_INT(rq.has_id, 1);
    static const char none[] = "{" KEY "," NONE "}";
    c.body = (struct nango_source){.len = sizeof none - 1, .mem = none};
    rq = (struct request){.connection = &c};
    CHECK_INT(check_connection(&rq, &r, NULL, 0), 0);
    CHECK_INT(rq.has_id, 0);
    CHECK(rq.connection_id.ptr == NULL);
}

void test_check_body(void)
{
    test_bodies();
    test_sources();
    test_failures();
    test_nango_check();
    test_ids();
}
