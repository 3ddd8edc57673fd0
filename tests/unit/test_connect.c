/* SPDX-License-Identifier: MIT
 *
 * The calls of nango_connect.h: sessions, a credential submitted without the key, and the way by
 * which a person authorises a device.
 */
#include "nango_connect.h"

#include "call_stage.h"
#include "unit.h"

#include <string.h>

#define TOKEN "nango_connect_session_1"
#define LINK "https://connect.nango.dev/?session_token=" TOKEN
#define MADE                                                                         \
    "HTTP/1.1 201 Created\r\nConnection: close\r\n\r\n{\"data\":{\"token\":\"" TOKEN \
    "\",\"connect_link\":\"" LINK "\",\"expires_at\":\"2026-11-24T23:17:32.539Z\"}}"
#define SUBMITTED                                                             \
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"connectionId\":\"41fb\"," \
    "\"providerConfigKey\":\"apify\"}"
#define LIMITED "HTTP/1.1 429 T\r\nContent-Length: 2\r\nRetry-After: 1\r\n\r\n{}"

static struct stage s;
static const struct nango_tag tags[] = {{{"device_id", 9}, {"dev-1", 5}}};

/* ---- sessions -------------------------------------------------------------------------------- */

static void sessions(void)
{
    static const struct nango_text allowed[] = {{"github", 6}, {"apify", 5}};
    static const char defaults[] = "{\"github\":{\"user_scopes\":\"repo\"}}";
    struct nango_session session = {.connection = {.tags = {tags, 1}}};
    struct fake_connection c[3] = {{.answer = MADE, .end = NANGO_PORT_FIN}};
    char token[100];
    struct nango_field field = {.name = "data.token", .buf = token, .cap = sizeof token};
    unit_case("a session by tags");
    stage_start(&s, c, 1);
    nango_want(&s.client, &field, 1);
    CHECK_INT(nango_session(&s.client, &session, &s.result), 0);
    stage_sent(&s, "POST /connect/sessions HTTP/1.1\r\n", "{\"tags\":{\"device_id\":\"dev-1\"}}");
    CHECK_TEXT(token, field.len, TOKEN);
    stage_end(&s);
    unit_case("with all that there is");
    session.allowed_integrations = allowed;
    session.allowed_integrations_len = 2;
    session.integrations_config_defaults =
        (struct nango_source){.len = sizeof defaults - 1, .mem = defaults};
    session.connection.end_user.id = NANGO_STR("u7");
    stage_start(&s, c, 1);
    CHECK_INT(nango_session(&s.client, &session, &s.result), 0);
    stage_sent(&s, "POST /connect/sessions HTTP/1.1\r\n",
               "{\"allowed_integrations\":[\"github\",\"apify\"],\"integrations_config_defaults\":"
               "{\"github\":{\"user_scopes\":\"repo\"}},\"end_user\":{\"id\":\"u7\"},"
               "\"tags\":{\"device_id\":\"dev-1\"}}");
    stage_end(&s);
    unit_case("to reconnect");
    session = (struct nango_session){
        .connection = {.provider_config_key = {"github", 6}, .connection_id = {"a/b", 3}}};
    stage_start(&s, c, 1);
    CHECK_INT(nango_session(&s.client, &session, &s.result), 0);
    stage_sent(&s, "POST /connect/sessions/reconnect HTTP/1.1\r\n",
               "{\"connection_id\":\"a/b\",\"integration_id\":\"github\"}");
    stage_end(&s);
    unit_case("what is refused");
    stage_start(&s, c, 1);
    session.connection.provider_config_key.ptr = NULL;
    CHECK_INT(nango_session(&s.client, &session, &s.result), NANGO_E_MISSING);
    session.connection.connection_id.ptr = NULL;
    CHECK_INT(nango_session(&s.client, &session, &s.result), NANGO_E_MISSING);
    CHECK_INT(strcmp(s.result.member, "tags"), 0);
    session.connection.tags = (struct nango_tags){tags, 1};
    static const struct {
        const char *json;
        int error;
    } odd[] = {{"[]", NANGO_E_KIND},
               {"1", NANGO_E_KIND},
               {"\"x\"", NANGO_E_KIND},
               {"", NANGO_E_JSON_CUT},
               {"{", NANGO_E_JSON_CUT},
               {"{\"a\":[1,\"x\",{}]}{", NANGO_E_JSON_EXTRA},
               {"{\"a\":01}", NANGO_E_JSON_NUMBER}};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        session.integrations_config_defaults =
            (struct nango_source){.len = strlen(odd[i].json), .mem = odd[i].json};
        CHECK_INT(nango_session(&s.client, &session, &s.result), odd[i].error);
        CHECK_INT(strcmp(s.result.member, "integrations_config_defaults"), 0);
    }
    CHECK_INT(s.fake.opened, 0);
    stage_end(&s);
}

static void once(void)
{
    struct nango_session session = {.connection = {.tags = {tags, 1}}};
    struct fake_connection c[3] = {{.end = NANGO_PORT_RESET},
                                   {.answer = MADE, .end = NANGO_PORT_FIN}};
    unit_case("a session is not repeated once it has left");
    stage_start(&s, c, 2);
    CHECK_INT(nango_session(&s.client, &session, &s.result), NANGO_E_RESET);
    CHECK_INT(s.result.outcome, NANGO_IN_DOUBT);
    CHECK_INT(s.result.attempts, 1);
    stage_end(&s);
    c[0].end = 0;
    c[0].answer = "HTTP/1.1 500 E\r\nContent-Length: 2\r\n\r\n{}";
    stage_start(&s, c, 2);
    CHECK_INT(nango_session(&s.client, &session, &s.result), NANGO_E_STATUS);
    CHECK_INT(s.result.outcome, NANGO_IN_DOUBT);
    stage_end(&s);
    unit_case("but before that, and after a 429");
    c[0] = (struct fake_connection){.open = NANGO_PORT_UNREACHABLE};
    stage_start(&s, c, 2);
    CHECK_INT(nango_session(&s.client, &session, &s.result), 0);
    stage_end(&s);
    c[0] = (struct fake_connection){.answer = LIMITED};
    stage_start(&s, c, 2);
    CHECK_INT(nango_session(&s.client, &session, &s.result), 0);
    CHECK_INT(s.result.attempts, 2);
    CHECK_INT(s.fake.opened, 2);
    stage_end(&s);
    unit_case("and never goes out on a kept connection");
    struct nango_text key = {"github", 6};
    c[0] = (struct fake_connection){
        .answer =
            "HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n{\"data\":{\"unique_key\":\"github\"}}"};
    stage_start(&s, c, 2);
    CHECK_INT(nango_integration(&s.client, &key, &s.result), 0);
    CHECK_INT(s.fake.closed, 0);
    CHECK_INT(nango_session(&s.client, &session, &s.result), 0);
    CHECK_INT(s.fake.opened, 2);
    stage_end(&s);
}

/* ---- submit ---------------------------------------------------------------------------------- */

static void submit_one(const char *name, const struct nango_submit *submit, const char *line,
                       const char *body)
{
    struct fake_connection c = {.answer = SUBMITTED, .end = NANGO_PORT_FIN};
    unit_case(name);
    stage_start(&s, &c, 1);
    CHECK_INT(nango_submit(&s.client, submit, &s.result), 0);
    stage_sent(&s, line, body);
    CHECK(strstr(s.fake.request, "Authorization") == NULL);
    stage_end(&s);
    stage_start(&s, &c, 1);
    stage_without_key(&s);
    CHECK_INT(nango_submit(&s.client, submit, &s.result), 0);
    stage_end(&s);
}

#define QUERY "?connect_session_token=" TOKEN

static void submits(void)
{
    static const struct nango_tag params[] = {{{"accountId", 9}, {"t v", 3}}, {{"x", 1}, {"1", 1}}};
    struct nango_submit submit = {.connection = {.provider_config_key = {"apify", 5}},
                                  .session_token = {TOKEN, sizeof TOKEN - 1}};
    struct nango_credentials *c = &submit.connection.credentials;
    *c = (struct nango_credentials){.type = NANGO_API_KEY, .api_key = {{"k\"", 2}}};
    submit_one("an API key", &submit, "POST /api-auth/api-key/apify" QUERY " HTTP/1.1\r\n",
               "{\"apiKey\":\"k\\\"\"}");
    *c = (struct nango_credentials){.type = NANGO_BASIC, .basic = {{"u", 1}, {"", 0}}};
    submit_one("a name and a password", &submit, "POST /api-auth/basic/apify" QUERY " HTTP/1.1\r\n",
               "{\"username\":\"u\",\"password\":\"\"}");
    *c = (struct nango_credentials){.type = NANGO_NONE};
    submit_one("nothing", &submit, "POST /auth/unauthenticated/apify" QUERY " HTTP/1.1\r\n", "");
    CHECK(strstr(s.fake.request, "Content-Length: 0\r\n") != NULL);
    *c = (struct nango_credentials){.type = NANGO_TBA,
                                    .tba = {{"i", 1}, {"s", 1}, {{"ci", 2}, {"cs", 2}}}};
    submit.params = (struct nango_tags){params, 2};
    submit_one("TBA, with the client's override and parameters", &submit,
               "POST /auth/tba/apify" QUERY
               "&params%5BaccountId%5D=t%20v&params%5Bx%5D=1 HTTP/1.1\r\n",
               "{\"token_id\":\"i\",\"token_secret\":\"s\",\"oauth_client_id_override\":\"ci\","
               "\"oauth_client_secret_override\":\"cs\"}");
    submit.params.len = 0;
    submit.path = "/auth/jwt";
    submit.connection.body = (struct nango_source){.len = 8, .mem = "{\"a\":[]}"};
    submit_one("a body of another kind", &submit, "POST /auth/jwt/apify" QUERY " HTTP/1.1\r\n",
               "{\"a\":[]}");
    submit.path = "/auth/oauth-outbound";
    submit.connection.body.mem = NULL;
    submit_one("outbound, without a body", &submit,
               "POST /auth/oauth-outbound/apify" QUERY " HTTP/1.1\r\n", "");
}

static void submits_refused(void)
{
    struct nango_submit submit = {
        .connection = {.provider_config_key = {"apify", 5},
                       .credentials = {.type = NANGO_API_KEY, .api_key = {{"k", 1}}}},
        .session_token = {TOKEN, sizeof TOKEN - 1}};
    struct fake_connection c[2] = {{.end = NANGO_PORT_RESET},
                                   {.answer = SUBMITTED, .end = NANGO_PORT_FIN}};
    unit_case("not repeated once it has left, but with a token to reconnect");
    stage_start(&s, c, 2);
    CHECK_INT(nango_submit(&s.client, &submit, &s.result), NANGO_E_RESET);
    CHECK_INT(s.result.outcome, NANGO_IN_DOUBT);
    stage_end(&s);
    submit.is_reconnect = 1;
    stage_start(&s, c, 2);
    CHECK_INT(nango_submit(&s.client, &submit, &s.result), 0);
    CHECK_INT(s.result.attempts, 2);
    stage_end(&s);
    unit_case("what is refused");
    stage_start(&s, c, 2);
    submit.connection.credentials.api_key.api_key = NANGO_STR("");
    CHECK_INT(nango_submit(&s.client, &submit, &s.result), NANGO_E_TOO_SHORT);
    CHECK_INT(strcmp(s.result.member, "credentials.apiKey"), 0);
    submit.connection.credentials.api_key.api_key = NANGO_STR("k");
    submit.connection.connection_id = NANGO_STR("x");
    CHECK_INT(nango_submit(&s.client, &submit, &s.result), NANGO_E_UNKNOWN);
    CHECK_INT(strcmp(s.result.member, "connection_id"), 0);
    submit.connection.connection_id.ptr = NULL;
    submit.session_token.len = 0;
    CHECK_INT(nango_submit(&s.client, &submit, &s.result), NANGO_E_MISSING);
    submit.session_token.len = 1;
    submit.path = "auth";
    CHECK_INT(nango_submit(&s.client, &submit, &s.result), NANGO_E_FORMAT);
    submit.path = NULL;
    submit.connection.credentials.type = NANGO_OAUTH1;
    CHECK_INT(nango_submit(&s.client, &submit, &s.result), NANGO_E_FORMAT);
    CHECK_INT(s.fake.opened, 0);
    stage_end(&s);
}

/* ---- by telephone ---------------------------------------------------------------------------- */

#define ROWS(rows) "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"connections\":[" rows "]}"
#define ROW "{\"connection_id\":\"41fb\",\"provider_config_key\":\"github\"}"

static char link_room[100], id_room[256], key_room[32];
static const struct nango_text one_integration[] = {{"github", 6}};
static struct nango_connect flow;

static void start_flow(void)
{
    flow = (struct nango_connect){.session = {.connection = {.tags = {tags, 1}},
                                              .allowed_integrations = one_integration,
                                              .allowed_integrations_len = 1},
                                  .link = link_room,
                                  .link_cap = sizeof link_room,
                                  .connection_id = id_room,
                                  .connection_id_cap = sizeof id_room,
                                  .provider_config_key = key_room,
                                  .provider_config_key_cap = sizeof key_room};
}

static void by_telephone(void)
{
    struct fake_connection c[6] = {{.answer = MADE, .end = NANGO_PORT_FIN},
                                   {.answer = ROWS(""), .end = NANGO_PORT_FIN},
                                   {.open = NANGO_PORT_UNREACHABLE},
                                   {.answer = ROWS(""), .end = NANGO_PORT_FIN},
                                   {.answer = ROWS(ROW), .end = NANGO_PORT_FIN}};
    unit_case("a link, looks in between, and the connection");
    start_flow();
    stage_start(&s, c, 5);
    CHECK_INT(nango_connect_start(&s.client, &flow, &s.result), 0);
    CHECK_INT(strcmp(link_room, LINK), 0);
    CHECK_INT(flow.next_ms, 2000);
    CHECK_INT(nango_connect_wait(&s.client, &flow, &s.result), 0);
    CHECK_INT(flow.found, 1);
    CHECK_INT(strcmp(id_room, "41fb"), 0);
    CHECK_INT(strcmp(key_room, "github"), 0);
    CHECK_INT(s.fake.opened, 5);
    CHECK(s.fake.now > 4000 && s.fake.now < 15000);
    stage_sent(
        &s, "GET /connections?integrationId=github&tags%5Bdevice_id%5D=dev-1&limit=1 HTTP/1.1\r\n",
        "");
    stage_end(&s);
    unit_case("nobody comes: over at the end of the session, politely");
    static struct fake_connection none[300];
    for (size_t i = 0; i < 300; i++) {
        none[i] = c[1];
    }
    start_flow();
    stage_start(&s, none, 300);
    CHECK_INT(nango_connect_wait(&s.client, &flow, &s.result), NANGO_E_DEADLINE);
    CHECK_INT(s.result.outcome, NANGO_NOT_SENT);
    CHECK_INT(flow.found, 0);
    CHECK(s.fake.now >= 1800000 && s.fake.now < 1801000);
    CHECK(s.fake.opened > 100 && s.fake.opened < 140);
    nango_close(&s.client);
    nango_tls_free(&s.tls);
    unit_case("a row of an answer that is cut does not count");
    struct fake_connection half[2] = {{.answer = ROWS(ROW), .end = NANGO_PORT_RESET}, c[4]};
    start_flow();
    stage_start(&s, half, 2);
    CHECK_INT(nango_connect_wait(&s.client, &flow, &s.result), 0);
    CHECK_INT(flow.found, 1);
    CHECK_INT(s.fake.opened, 2);
    stage_end(&s);
    unit_case("the key may not list: an end at once");
    c[0].answer = "HTTP/1.1 403 F\r\nConnection: close\r\n\r\n{\"error\":{\"code\":\"forbidden\"}}";
    start_flow();
    stage_start(&s, c, 1);
    CHECK_INT(nango_connect_wait(&s.client, &flow, &s.result), NANGO_E_STATUS);
    CHECK_INT(s.fake.now < 100, 1);
    stage_end(&s);
    unit_case("rooms that are too small");
    c[0].answer = MADE;
    start_flow();
    flow.link_cap = sizeof LINK - 1;
    stage_start(&s, c, 1);
    CHECK_INT(nango_connect_start(&s.client, &flow, &s.result), NANGO_E_ROOM);
    flow.connection_id_cap = 255;
    CHECK_INT(nango_connect_look(&s.client, &flow, &s.result), NANGO_E_ROOM);
    CHECK_INT(strcmp(s.result.member, "connection_id"), 0);
    flow.session.connection.tags.len = 0;
    CHECK_INT(nango_connect_look(&s.client, &flow, &s.result), NANGO_E_MISSING);
    stage_end(&s);
}

void test_connect(void)
{
    sessions();
    once();
    submits();
    submits_refused();
    by_telephone();
}
