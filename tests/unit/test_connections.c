/* SPDX-License-Identifier: MIT
 *
 * The calls of nango_connections.h against a scripted network: what they send, byte by byte, what
 * they refuse, what they make of answers, and when they are repeated.
 */
#include "nango_connections.h"

#include "call_stage.h"
#include "fake_port.h"
#include "unit.h"

#include <string.h>

#define KEY         \
    {               \
        "github", 6 \
    }
#define ID             \
    {                  \
        "device-42", 9 \
    }
#define SUCCESS OK_HEAD("16") "{\"success\":true}"
#define GONE HEAD("400 Bad Request", "39") "\r\n{\"error\":{\"code\":\"unknown_connection\"}}"
#define NOT_FOUND HEAD("404 Not Found", "30") "\r\n{\"error\":{\"code\":\"not_found\"}} "
#define FAILED \
    HEAD("424 Failed Dependency", "40") "\r\n{\"error\":{\"code\":\"invalid_credentials\"}}"

static struct stage s;
static const struct nango_connection which = {.provider_config_key = KEY, .connection_id = ID};

static void play(const char *name, const struct fake_connection *script, size_t len)
{
    unit_case(name);
    stage_start(&s, script, len);
}

static void play_one(const char *name, const char *answer)
{
    static struct fake_connection one;
    one = (struct fake_connection){.answer = answer};
    play(name, &one, 1);
}

/* ---- what is sent, and refused --------------------------------------------------------------- */

static const struct {
    const char *id;
    size_t len;
    int error;
    const char *sent;
} ids[] = {
    {"device-42", 9, 0, "device-42"},
    {"a b", 3, 0, "a%20b"},
    {"a/b\\c", 5, 0, "a%2Fb%5Cc"},
    {"jane+x@example.com", 18, 0, "jane%2Bx%40example.com"},
    {"~[{\"'$|}]=:;,._-", 16, 0, "~%5B%7B%22%27%24%7C%7D%5D%3D%3A%3B%2C._-"},
    {"...", 3, 0, "..."},
    {".", 1, NANGO_E_FORMAT, NULL},
    {"..", 2, NANGO_E_FORMAT, NULL},
    {"", 0, NANGO_E_TOO_SHORT, NULL},
    {NULL, 0, NANGO_E_MISSING, NULL},
    {"a?b", 3, NANGO_E_FORMAT, NULL},
    {"a#b", 3, NANGO_E_FORMAT, NULL},
    {"a%b", 3, NANGO_E_FORMAT, NULL},
    {"a&b", 3, NANGO_E_FORMAT, NULL},
    {"a\nb", 3, NANGO_E_FORMAT, NULL},
    {"\xc3\xa9", 2, NANGO_E_FORMAT, NULL},
    {"a\0b", 3, NANGO_E_FORMAT, NULL},
};

static void routable_ids(void)
{
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct nango_connection c = which;
        char line[128] = "DELETE /connections/";
        c.connection_id = (struct nango_text){ids[i].id, ids[i].len};
        unit_case_of("an id in a path", ids[i].sent != NULL ? ids[i].sent : "refused");
        struct fake_connection one = {.answer = SUCCESS};
        stage_start(&s, &one, 1);
        CHECK_INT(nango_delete(&s.client, &c, &s.result), ids[i].error);
        if (ids[i].error != 0) {
            CHECK_INT(s.result.outcome, NANGO_REFUSED);
            CHECK_INT(strcmp(s.result.member, "connection_id"), 0);
            CHECK_INT(s.fake.opened, 0);
        } else {
            strcat(strcat(line, ids[i].sent), "?provider_config_key=github HTTP/1.1\r\n");
            CHECK_MEM(s.fake.request, strlen(line), line, strlen(line));
        }
        stage_end(&s);
    }
    static char long_id[256];
    struct nango_connection c = which;
    memset(long_id, 'a', sizeof long_id);
    c.connection_id = (struct nango_text){long_id, 256};
    play_one("an id of 256 bytes", SUCCESS);
    CHECK_INT(nango_delete(&s.client, &c, &s.result), NANGO_E_TOO_LONG);
    c.connection_id.len = 255;
    CHECK_INT(nango_delete(&s.client, &c, &s.result), 0);
    c = which;
    c.provider_config_key = NANGO_STR("a/b");
    CHECK_INT(nango_delete(&s.client, &c, &s.result), NANGO_E_FORMAT);
    CHECK_INT(strcmp(s.result.member, "provider_config_key"), 0);
    stage_end(&s);
}

static void updates(void)
{
    static const struct nango_tag tags[] = {{{"plan", 4}, {"pro", 3}}, {{"b", 1}, {"\"", 1}}};
    struct nango_connection c = which;
    c.tags = (struct nango_tags){tags, 2};
    c.end_user.id = NANGO_STR("u1");
    c.webhook_url_override = NANGO_STR("");
    play_one("PATCH with all that can be changed", SUCCESS);
    CHECK_INT(nango_update(&s.client, &c, &s.result), 0);
    stage_sent(&s, "PATCH /connections/device-42?provider_config_key=github HTTP/1.1\r\n",
               "{\"end_user\":{\"id\":\"u1\"},\"tags\":{\"plan\":\"pro\",\"b\":\"\\\"\"},"
               "\"webhook_url_override\":\"\"}");
    stage_end(&s);
    play_one("PATCH with nothing is {}", SUCCESS);
    CHECK_INT(nango_update(&s.client, &which, &s.result), 0);
    stage_sent(&s, "PATCH ", "{}");
    stage_end(&s);
    play_one("PATCH checks as an import does", SUCCESS);
    c.tags.len = 1;
    c.webhook_url_override = NANGO_STR("http://127.0.0.1/");
    CHECK_INT(nango_update(&s.client, &c, &s.result), NANGO_E_FORBIDDEN);
    CHECK_INT(strcmp(s.result.member, "webhook_url_override"), 0);
    c = which;
    c.metadata = (struct nango_source){.len = 2, .mem = "{}"};
    CHECK_INT(nango_update(&s.client, &c, &s.result), NANGO_E_UNKNOWN);
    CHECK_INT(strcmp(s.result.member, "metadata"), 0);
    c = which;
    c.credentials.api_key.api_key = NANGO_STR("k");
    CHECK_INT(nango_update(&s.client, &c, &s.result), NANGO_E_UNKNOWN);
    CHECK_INT(s.fake.opened, 0);
    stage_end(&s);
    play_one("a success that is none", OK_HEAD("17") "{\"success\":false}");
    CHECK_INT(nango_update(&s.client, &which, &s.result), NANGO_E_ANSWER);
    CHECK_INT(s.result.outcome, NANGO_IN_DOUBT);
    stage_end(&s);
}

#define ECHO \
    "{\"connection_id\":\"device-42\",\"provider_config_key\":\"github\",\"metadata\":{\"a\":1}}"
#define ECHOED HEAD("201 Created", "79") "\r\n" ECHO

static void metadata(void)
{
    static const struct nango_text many[] = {{"a", 1}, {"b/c", 3}};
    struct nango_metadata m = {.connection = which};
    m.connection.metadata = (struct nango_source){.len = 7, .mem = "{\"a\":1}"};
    play_one("POST metadata of one", ECHOED);
    CHECK_INT(nango_set_metadata(&s.client, &m, &s.result), 0);
    stage_sent(&s, "POST /connections/metadata HTTP/1.1\r\n", ECHO);
    stage_end(&s);
    m.ids = many;
    m.ids_len = 2;
    m.merge = 1;
    play_one("PATCH metadata of many", ECHOED);
    CHECK_INT(nango_set_metadata(&s.client, &m, &s.result), 0);
    stage_sent(&s, "PATCH /connections/metadata HTTP/1.1\r\n",
               "{\"connection_id\":[\"a\",\"b/c\"],\"provider_config_key\":\"github\","
               "\"metadata\":{\"a\":1}}");
    stage_end(&s);
    play_one("an echo of another integration", ECHOED);
    m.connection.provider_config_key = NANGO_STR("gitlab");
    CHECK_INT(nango_set_metadata(&s.client, &m, &s.result), NANGO_E_ANSWER);
    stage_end(&s);
    play_one("metadata is checked as in an import", ECHOED);
    m.connection.metadata = (struct nango_source){.len = 7, .mem = "{\"a\":01"};
    CHECK_INT(nango_set_metadata(&s.client, &m, &s.result), NANGO_E_JSON_NUMBER);
    m.connection.metadata = (struct nango_source){.len = 2, .mem = "[]"};
    CHECK_INT(nango_set_metadata(&s.client, &m, &s.result), NANGO_E_KIND);
    m.connection.metadata.mem = NULL;
    CHECK_INT(nango_set_metadata(&s.client, &m, &s.result), NANGO_E_MISSING);
    m.ids_len = 0;
    CHECK_INT(nango_set_metadata(&s.client, &m, &s.result), NANGO_E_MISSING);
    CHECK_INT(s.fake.opened, 0);
    stage_end(&s);
}

static void catalogue(void)
{
    struct nango_text key = KEY;
    char text[32];
    struct nango_field field = {.name = "data.provider", .buf = text, .cap = sizeof text};
    play_one("GET an integration",
             OK_HEAD("54") "{\"data\":{\"unique_key\":\"github\",\"provider\":\"github-x\"}}  ");
    nango_want(&s.client, &field, 1);
    CHECK_INT(nango_integration(&s.client, &key, &s.result), 0);
    stage_sent(&s, "GET /integrations/github HTTP/1.1\r\n", "");
    CHECK_TEXT(text, field.len, "github-x");
    stage_end(&s);
    field.name = "data.auth_mode";
    play_one("GET a provider",
             OK_HEAD("47") "{\"data\":{\"auth_mode\":\"OAUTH2\",\"name\":\"github\"}}");
    nango_want(&s.client, &field, 1);
    CHECK_INT(nango_provider(&s.client, &key, &s.result), 0);
    stage_sent(&s, "GET /providers/github HTTP/1.1\r\n", "");
    CHECK_TEXT(text, field.len, "OAUTH2");
    key = NANGO_STR("..");
    CHECK_INT(nango_provider(&s.client, &key, &s.result), NANGO_E_FORMAT);
    stage_end(&s);
}

/* ---- when it is repeated --------------------------------------------------------------------- */

static void repeats(void)
{
    struct fake_connection c[3] = {{.end = NANGO_PORT_RESET}, {.answer = SUCCESS}};
    play("DELETE: lost, then done", c, 2);
    CHECK_INT(nango_delete(&s.client, &which, &s.result), 0);
    CHECK_INT(s.result.attempts, 2);
    stage_end(&s);
    c[1].answer = GONE;
    play("DELETE: lost, then unknown: done", c, 2);
    CHECK_INT(nango_delete(&s.client, &which, &s.result), 0);
    CHECK_INT(s.result.outcome, NANGO_DONE);
    stage_end(&s);
    play_one("DELETE: unknown at once: refused", GONE);
    CHECK_INT(nango_delete(&s.client, &which, &s.result), NANGO_E_STATUS);
    CHECK_INT(s.result.outcome, NANGO_REFUSED);
    stage_end(&s);
    play("DELETE: lost for good is in doubt", c, 1);
    CHECK(nango_delete(&s.client, &which, &s.result) < 0);
    CHECK_INT(s.result.outcome, NANGO_IN_DOUBT);
    stage_end(&s);
    struct nango_get get = {.provider_config_key = KEY, .connection_id = ID};
    play("GET: lost for good is not", c, 1);
    CHECK(nango_get(&s.client, &get, &s.result) < 0);
    CHECK_INT(s.result.outcome, NANGO_NOT_SENT);
    CHECK(s.result.attempts > 1);
    stage_end(&s);
    c[1].answer = NOT_FOUND;
    play("GET: lost, then 404: refused", c, 2);
    CHECK_INT(nango_get(&s.client, &get, &s.result), NANGO_E_STATUS);
    CHECK_INT(s.result.outcome, NANGO_REFUSED);
    stage_end(&s);
    play_one("without a key nothing is sent", SUCCESS);
    stage_without_key(&s);
    CHECK_INT(nango_delete(&s.client, &which, &s.result), NANGO_E_SETTINGS);
    CHECK_INT(s.result.outcome, NANGO_REFUSED);
    CHECK_INT(s.fake.opened, 0);
    stage_end(&s);
}

/* ---- credentials ----------------------------------------------------------------------------- */

#define CONNECTION(credentials)                                                \
    "{\"id\":7,\"connection_id\":\"device-42\",\"metadata\":{\"type\":\"x\"}," \
    "\"credentials\":" credentials "}"

static char answer[1200];

/* An answer of 200 with this body. */
static const char *answer_of(const char *body)
{
    char digits[8];
    size_t len = strlen(body), at = sizeof digits;
    digits[--at] = '\0';
    for (size_t rest = len; rest > 0; rest /= 10) {
        digits[--at] = (char)('0' + rest % 10);
    }
    strcpy(answer, "HTTP/1.1 200 OK\r\nContent-Length: ");
    strcat(strcat(strcat(answer, digits + at), "\r\n\r\n"), body);
    return answer;
}

static int get_of(struct nango_get *get, const char *body, size_t step)
{
    static struct fake_connection one;
    one = (struct fake_connection){.answer = answer_of(body), .step = step};
    stage_start(&s, &one, 1);
    int rc = nango_get(&s.client, get, &s.result);
    stage_end(&s);
    return rc;
}

#define TEXT(member, text) CHECK_TEXT(get.credentials.member.ptr, get.credentials.member.len, text)

static void credentials(void)
{
    static const char oauth2[] = CONNECTION(
        "{\"access_token\":\"gho_\\u0041\",\"raw\":{\"access_token\":\"no\",\"client_id\":\"no\"},"
        "\"expires_at\":\"2030-01-02T03:04:05.678Z\",\"type\":\"OAUTH2\",\"config_override\":"
        "{\"client_id\":\"ci\",\"client_secret\":\"cs\"},\"refresh_token\":\"gr\",\"more\":[1,{"
        "\"type\":2}]}");
    char buf[200];
    for (size_t step = 0; step < 4; step++) {
        struct nango_get get = {.provider_config_key = KEY,
                                .connection_id = ID,
                                .force_refresh = 1,
                                .refresh_token = 1,
                                .buf = buf,
                                .cap = sizeof buf};
        unit_case("OAUTH2 credentials, the type behind them, an object of the same names beside");
        CHECK_INT(get_of(&get, oauth2, step), 0);
        stage_sent(&s,
                   "GET /connections/device-42?provider_config_key=github&force_refresh=true"
                   "&refresh_token=true HTTP/1.1\r\n",
                   "");
        CHECK_INT(get.credentials.type, NANGO_OAUTH2);
        TEXT(oauth2.access_token, "gho_A");
        TEXT(oauth2.refresh_token, "gr");
        TEXT(oauth2.expires_at.iso, "2030-01-02T03:04:05.678Z");
        TEXT(oauth2.config_override.client_id, "ci");
        TEXT(oauth2.config_override.client_secret, "cs");
        CHECK_INT(get.credentials.oauth2.access_token.ptr[5], 0);
        CHECK_INT(get.len, 6 + 25 + 3 + 3 + 3);
        unit_case("the same in exactly the room that it takes, and in one byte less");
        get.cap = 40;
        CHECK_INT(get_of(&get, oauth2, step), 0);
        TEXT(oauth2.refresh_token, "gr");
        get.cap = 39;
        CHECK_INT(get_of(&get, oauth2, step), NANGO_E_ROOM);
        CHECK_INT(s.result.outcome, NANGO_REFUSED);
        CHECK_INT(get.len, 40);
        CHECK(get.credentials.oauth2.access_token.ptr == NULL);
    }
    struct nango_get get = {
        .provider_config_key = KEY, .connection_id = ID, .buf = buf, .cap = sizeof buf};
    unit_case("the other types");
    CHECK_INT(get_of(&get, CONNECTION("{\"type\":\"API_KEY\",\"apiKey\":\"k\"}"), 1), 0);
    CHECK_INT(get.credentials.type, NANGO_API_KEY);
    TEXT(api_key.api_key, "k");
    CHECK_INT(
        get_of(&get, CONNECTION("{\"type\":\"BASIC\",\"username\":\"\",\"password\":\"p\"}"), 1),
        0);
    TEXT(basic.username, "");
    TEXT(basic.password, "p");
    CHECK_INT(get_of(&get,
                     CONNECTION("{\"type\":\"TBA\",\"token_id\":\"i\",\"token_secret\":\"s\","
                                "\"config_override\":{\"client_id\":\"c\"}}"),
                     1),
              0);
    TEXT(tba.token_secret, "s");
    TEXT(tba.config_override.client_id, "c");
    CHECK_INT(get_of(&get, CONNECTION("{}"), 1), 0);
    CHECK_INT(get.credentials.type, NANGO_NONE);
    unit_case("a type that is not known, and members that are of another type");
    CHECK_INT(get_of(&get, CONNECTION("{\"type\":\"JWT\",\"token\":\"t\"}"), 1), 0);
    CHECK_INT(get.credentials.type, NANGO_TYPES_LEN);
    CHECK_INT(get_of(&get, CONNECTION("{\"type\":\"APP\",\"access_token\":\"t\"}"), 1), 0);
    CHECK_INT(get.credentials.type, NANGO_APP);
    CHECK(get.credentials.app.app_id.ptr == NULL);
    CHECK_INT(get_of(&get, CONNECTION("null"), 1), 0);
    CHECK_INT(get.credentials.type, NANGO_NONE);
    unit_case("the answer of another connection");
    get.connection_id = NANGO_STR("device-43");
    CHECK_INT(get_of(&get, CONNECTION("{}"), 1), NANGO_E_ANSWER);
    CHECK_INT(s.result.outcome, NANGO_NOT_SENT);
    play_one("424 has its own error", FAILED);
    CHECK_INT(nango_get(&s.client, &get, &s.result), NANGO_E_REFRESH);
    CHECK_INT(s.result.outcome, NANGO_REFUSED);
    CHECK_INT(s.result.status, 424);
    stage_end(&s);
}

void test_connections(void)
{
    routable_ids();
    updates();
    metadata();
    catalogue();
    repeats();
    credentials();
}
