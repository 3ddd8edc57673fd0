/* SPDX-License-Identifier: MIT
 *
 * core WHAT ANSWER: does one thing of bench_core.sh once, in a function of its own that callgrind
 * counts: makes the request of a connection, or reads an answer with five members wanted.
 */
#include "check.h"
#include "http_read.h"
#include "out.h"
#include "result.h"

#include <cjson/cJSON.h>
#define HTTP_HEAD PARSER_HTTP_HEAD /* the method; ours is what http_feed says */
#include <http_parser.h>
#undef HTTP_HEAD
#define JSMN_PARENT_LINKS
#include <jsmn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METADATA "{\"device\":\"gw-0042\",\"region\":\"eu-west-1\",\"firmware\":\"4.2.10000\"}"
#define ID "usr_8f2c1d7e-6a41-4f0b-9c55-0d7b6e3a9f10"
#define ACCESS "gho_16C7e42F292c6912E7710c838347Ae178B4a9Zq2LmN0"
#define REFRESH "ghr_1B4a2e77838347a7E420ce178F2E7c6912E169246c34E1ccbF66C46812d16D5B1A9Dc86A1498"
#define EXPIRES "2026-11-25T06:00:00.000Z"
#define KEY "01234567-89ab-4cde-8f01-23456789abcd"

static const char *const wanted[] = {"id", "connection_id", "provider_config_key", "created_at"};

static char bytes[1 << 20], copy[1 << 20], work[4096];
static size_t len;

static void fail(const char *why)
{
    fprintf(stderr, "core: %s\n", why);
    exit(1);
}

static void expect(int is_so, const char *what)
{
    if (!is_so) {
        fail(what);
    }
}

/* ---- nango-c --------------------------------------------------------------------------------- */

static struct request rq;
static struct nango_result out;

static const struct nango_tag tags[] = {{NANGO_STR("team"), NANGO_STR("fleet")}};
static const struct nango_tag user_tags[] = {
    {NANGO_STR("org_id"), NANGO_STR("org_77")},
    {NANGO_STR("organization"), NANGO_STR("Analytical Engines Ltd")}};

/* The request of ../shared/bench/request.json. */
static struct nango_connection connection = {
    .provider_config_key = {"github-prod", 11},
    .connection_id = {ID, sizeof ID - 1},
    .credentials = {.type = NANGO_OAUTH2,
                    .oauth2 = {.access_token = {ACCESS, sizeof ACCESS - 1},
                               .refresh_token = {REFRESH, sizeof REFRESH - 1},
                               .expires_at = {.iso = {EXPIRES, sizeof EXPIRES - 1}}}},
    .metadata = {.len = sizeof METADATA - 1, .mem = METADATA},
    .tags = {tags, 1},
    .end_user = {.id = {"eu_20418", 8},
                 .email = {"ada.lovelace@example.com", 24},
                 .display_name = {"Ada Lovelace", 12},
                 .tags = {user_tags, 2}},
};

__attribute__((noinline)) static size_t nango_build(void)
{
    struct http_request h = {.method = "POST",
                             .prefix = "",
                             .target = request_import_target,
                             .body = request_import_body,
                             .ctx = &rq,
                             .body_len = rq.body_len,
                             .host = "api.nango.dev",
                             .bearer = NANGO_STR(KEY),
                             .user_agent = {NULL, 0}};
    struct window w = {.buf = work, .cap = sizeof work, .sum = OUT_SUM_START};
    http_write(&w, &h);
    return w.error == 0 ? w.len : 0;
}

__attribute__((noinline)) static int nango_read(size_t step)
{
    static struct http http;
    static struct result answer;
    static char text[5][64];
    struct nango_field fields[5] = {{.name = "credentials.expires_at"}};
    for (size_t i = 0; i < 5; i++) {
        fields[i].name = i < 4 ? wanted[i] : "credentials.expires_at";
        fields[i].buf = text[i];
        fields[i].cap = sizeof text[i];
    }
    int rc = HTTP_MORE;
    const char *p = bytes, *end = p + len;
    http_init(&http, out.message, sizeof out.message);
    while (rc == HTTP_MORE && p < end) {
        const char *stop = (size_t)(end - p) < step ? end : p + step;
        do {
            size_t used;
            rc = http_feed(&http, p, (size_t)(stop - p), &used);
            p += used;
            if (rc == HTTP_HEAD) {
                result_init(&answer, http.status, &out, "connection_id", JSON_STRING, fields, 5);
            } else if (http.body_len > 0) {
                result_feed(&answer, p - http.body_len, http.body_len);
            }
        } while (rc == HTTP_HEAD || (rc == HTTP_MORE && p < stop));
    }
    return rc == HTTP_END && result_finish(&answer) == 0 && fields[4].kind == NANGO_STRING;
}

/* ---- http-parser, for the other two ---------------------------------------------------------- */

struct body {
    size_t len;
    int is_whole;
};

static int on_body(http_parser *parser, const char *at, size_t n)
{
    struct body *body = parser->data;
    memcpy(copy + body->len, at, n);
    body->len += n;
    return 0;
}

static int on_end(http_parser *parser)
{
    ((struct body *)parser->data)->is_whole = 1;
    return 0;
}

static int parse_http(struct body *body, size_t step)
{
    http_parser parser;
    http_parser_settings settings;
    http_parser_settings_init(&settings);
    settings.on_body = on_body;
    settings.on_message_complete = on_end;
    http_parser_init(&parser, HTTP_RESPONSE);
    parser.data = body;
    for (size_t at = 0, n; at < len; at += n) {
        n = len - at < step ? len - at : step;
        if (http_parser_execute(&parser, &settings, bytes + at, n) != n) {
            return 0;
        }
    }
    return body->is_whole && parser.status_code == 201;
}

/* ---- cJSON ----------------------------------------------------------------------------------- */

__attribute__((noinline)) static size_t cjson_build(void)
{
    cJSON *root = cJSON_CreateObject(), *credentials, *user, *list;
    cJSON_AddStringToObject(root, "provider_config_key", "github-prod");
    cJSON_AddStringToObject(root, "connection_id", ID);
    credentials = cJSON_AddObjectToObject(root, "credentials");
    cJSON_AddStringToObject(credentials, "type", "OAUTH2");
    cJSON_AddStringToObject(credentials, "access_token", ACCESS);
    cJSON_AddStringToObject(credentials, "refresh_token", REFRESH);
    cJSON_AddStringToObject(credentials, "expires_at", EXPIRES);
    cJSON_AddRawToObject(root, "metadata", METADATA);
    user = cJSON_AddObjectToObject(root, "end_user");
    cJSON_AddStringToObject(user, "id", "eu_20418");
    cJSON_AddStringToObject(user, "email", "ada.lovelace@example.com");
    cJSON_AddStringToObject(user, "display_name", "Ada Lovelace");
    list = cJSON_AddObjectToObject(user, "tags");
    cJSON_AddStringToObject(list, "org_id", "org_77");
    cJSON_AddStringToObject(list, "organization", "Analytical Engines Ltd");
    list = cJSON_AddObjectToObject(root, "tags");
    cJSON_AddStringToObject(list, "team", "fleet");
    char *text = cJSON_PrintUnformatted(root);
    int n =
        snprintf(work, sizeof work,
                 "POST /connections HTTP/1.1\r\nHost: api.nango.dev\r\nAuthorization: Bearer " KEY
                 "\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                 strlen(text), text);
    cJSON_free(text);
    cJSON_Delete(root);
    return (size_t)n;
}

__attribute__((noinline)) static int cjson_read(size_t step)
{
    struct body body = {0, 0};
    int found = 0;
    if (!parse_http(&body, step)) {
        return 0;
    }
    cJSON *root = cJSON_ParseWithLength(copy, body.len);
    for (size_t i = 0; i < 4; i++) {
        found += cJSON_GetObjectItemCaseSensitive(root, wanted[i]) != NULL;
    }
    const cJSON *credentials = cJSON_GetObjectItemCaseSensitive(root, "credentials");
    found += cJSON_IsString(cJSON_GetObjectItemCaseSensitive(credentials, "expires_at"));
    cJSON_Delete(root);
    return found == 5;
}

/* ---- jsmn ------------------------------------------------------------------------------------ */

static int member(const jsmntok_t *t, int n, int of, const char *name)
{
    for (int i = of + 1; i < n; i++) {
        if (t[i].parent == of && t[i].type == JSMN_STRING &&
            (size_t)(t[i].end - t[i].start) == strlen(name) &&
            memcmp(copy + t[i].start, name, strlen(name)) == 0) {
            return i + 1;
        }
    }
    return -1;
}

__attribute__((noinline)) static int jsmn_read(size_t step)
{
    static jsmntok_t t[256];
    struct body body = {0, 0};
    int found = 0;
    if (!parse_http(&body, step)) {
        return 0;
    }
    jsmn_parser parser;
    jsmn_init(&parser);
    int n = jsmn_parse(&parser, copy, body.len, t, 256);
    for (size_t i = 0; i < 4; i++) {
        found += member(t, n, 0, wanted[i]) > 0;
    }
    int credentials = member(t, n, 0, "credentials");
    return found == 4 && credentials > 0 && member(t, n, credentials, "expires_at") > 0;
}

/* ---- one of them ----------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
    const char *what = argc == 3 ? argv[1] : "";
    FILE *f = argc == 3 ? fopen(argv[2], "rb") : NULL;
    expect(f != NULL, "usage: core build|read|pieces-nango|cjson|jsmn ANSWER");
    len = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    size_t step = strncmp(what, "pieces", 6) == 0 ? 128 : len;
    const char *whose = strchr(what, '-') != NULL ? strchr(what, '-') + 1 : "";
    if (strncmp(what, "build", 5) == 0) {
        rq.connection = &connection;
        expect(check_connection(&rq, &out, copy, 1024) == 0, "the connection breaks a rule");
        expect((strcmp(whose, "nango") == 0 ? nango_build() : cjson_build()) > 594, "no request");
        return 0;
    }
    expect(strcmp(whose, "nango") == 0   ? nango_read(step)
           : strcmp(whose, "cjson") == 0 ? cjson_read(step)
                                         : jsmn_read(step),
           "the answer was not read");
    return 0;
}
