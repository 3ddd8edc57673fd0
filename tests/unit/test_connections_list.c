/* SPDX-License-Identifier: MIT
 *
 * The list of nango_connections.h, its rows one by one; the import that asks it first; and the
 * rotation of a credential.
 */
#include "nango_connections.h"

#include "call_stage.h"
#include "unit.h"

#include <string.h>

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define CREATED \
    "HTTP/1.1 201 Created\r\nContent-Length: 29\r\n\r\n{\"connection_id\":\"device-42\"}"

static struct stage s;

/* ---- rows ------------------------------------------------------------------------------------ */

#define ROW(id)                         \
    "{\"id\":1,\"connection_id\":\"" id \
    "\",\"provider_config_key\":\"github\",\"tags\":{\"a\":\"b\"}}"
#define ROWS                                                                           \
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"x\":[{\"connection_id\":\"no\"}]," \
    "\"connections\":[" ROW("one") ",7,[" ROW("no") "]," ROW("two") ",{},null," ROW("three") "]}"

static struct nango_list list;
static struct nango_field fields[2];
static char id[16], tags[16], seen[64];
static uint32_t stop_at;

static int on_row(void *ctx, const struct nango_list *l)
{
    CHECK(ctx == seen);
    strcat(strcat(seen, id), ",");
    if (id[0] != '\0') {
        CHECK_TEXT(tags, l->fields[1].len, "{\"a\":\"b\"}");
    } else {
        CHECK_INT(l->fields[0].kind, NANGO_ABSENT);
    }
    return l->rows == stop_at;
}

static int list_of(const struct fake_connection *script, size_t len)
{
    fields[0] = (struct nango_field){.name = "connection_id", .buf = id, .cap = sizeof id};
    fields[1] = (struct nango_field){.name = "tags", .buf = tags, .cap = sizeof tags};
    list.fields = fields;
    list.fields_len = 2;
    list.on_row = on_row;
    list.ctx = seen;
    seen[0] = '\0';
    stage_start(&s, script, len);
    int rc = nango_list(&s.client, &list, &s.result);
    stage_end(&s);
    return rc;
}

static void rows(void)
{
    struct fake_connection c[2] = {{.answer = ROWS, .end = NANGO_PORT_FIN}};
    unit_case("rows one by one, in every step; what is no object is no row");
    for (c[0].step = 0; c[0].step < 9; c[0].step++) {
        CHECK_INT(list_of(c, 1), 0);
        CHECK_TEXT(seen, strlen(seen), "one,two,,three,");
        CHECK_INT(list.rows, 4);
    }
    unit_case("a row can be the last");
    stop_at = 2;
    CHECK_INT(list_of(c, 1), 0);
    CHECK_TEXT(seen, strlen(seen), "one,two,");
    stop_at = 0;
    unit_case("cut in the first row: asked again; behind it: not, and not in doubt");
    const char *first = strstr(ROWS, "{\"id\":1");
    size_t before = (size_t)(first - ROWS) + 10, behind = before + sizeof ROW("one");
    c[0] = (struct fake_connection){.answer = ROWS, .answer_len = before, .end = NANGO_PORT_RESET};
    c[1] = (struct fake_connection){.answer = ROWS, .end = NANGO_PORT_FIN};
    CHECK_INT(list_of(c, 2), 0);
    CHECK_INT(s.result.attempts, 2);
    CHECK_INT(list.rows, 4);
    c[0].answer_len = behind;
    CHECK_INT(list_of(c, 2), NANGO_E_RESET);
    CHECK_INT(s.result.attempts, 1);
    CHECK_INT(s.result.outcome, NANGO_NOT_SENT);
    CHECK_INT(list.rows, 1);
    unit_case("what is no list");
    static const char *const odd[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{\"connections\":{}}",
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"connections\":null}",
    };
    for (size_t i = 0; i < 3; i++) {
        c[0] = (struct fake_connection){.answer = odd[i]};
        CHECK_INT(list_of(c, 1), NANGO_E_ANSWER);
        CHECK_INT(list.rows, 0);
    }
    unit_case("an error, and its code");
    c[0].answer =
        "HTTP/1.1 403 F\r\nContent-Length: 30\r\n\r\n{\"error\":{\"code\":\"forbidden\"}} ";
    CHECK_INT(list_of(c, 1), NANGO_E_STATUS);
    CHECK_INT(strcmp(s.result.code, "forbidden"), 0);
}

static void filters(void)
{
    static const struct nango_tag tag[] = {{{"org/unit", 8}, {"a b", 3}},
                                           {{"k", 1}, {"\xc3\xa9", 2}}};
    struct fake_connection c = {.answer = ROWS, .end = NANGO_PORT_FIN};
    unit_case("no filter, and all of them");
    list_of(&c, 1);
    stage_sent(&s, "GET /connections HTTP/1.1\r\n", "");
    list.connection_id = NANGO_STR("a&b");
    list.integration_ids = NANGO_STR("github,gitlab");
    list.end_user_id = NANGO_STR("u");
    list.end_user_organization_id = NANGO_STR("o");
    list.search = NANGO_STR("x%");
    list.tags = (struct nango_tags){tag, 2};
    list.limit = 2000;
    list.page = 3;
    list_of(&c, 1);
    stage_sent(&s,
               "GET /connections?connectionId=a%26b&integrationId=github%2Cgitlab&endUserId=u"
               "&endUserOrganizationId=o&search=x%25&tags%5Borg%2Funit%5D=a%20b&tags%5Bk%5D=%C3%A9"
               "&limit=2000&page=3 HTTP/1.1\r\n",
               "");
    memset(&list, 0, sizeof list);
    list.tags = (struct nango_tags){tag, 1};
    list_of(&c, 1);
    stage_sent(&s, "GET /connections?tags%5Borg%2Funit%5D=a%20b HTTP/1.1\r\n", "");
    memset(&list, 0, sizeof list);
}

/* ---- an import that asks first --------------------------------------------------------------- */

#define FOUND(id, key)                                                                             \
    CHUNKED "51\r\n{\"connections\":[{\"connection_id\":\"" id "\",\"provider_config_key\":\"" key \
            "\"}]}   \r\n0\r\n\r\n"

static struct nango_import_if import = {
    .connection = {.provider_config_key = {"github", 6},
                   .connection_id = {"device-42", 9},
                   .credentials = {.type = NANGO_API_KEY, .api_key = {{"k", 1}}}}};

static void import_one(const char *name, enum nango_if_exists how, const char *answer, int error,
                       enum nango_outcome outcome)
{
    struct fake_connection c[2] = {{.answer = answer, .end = NANGO_PORT_FIN}, {.answer = CREATED}};
    unit_case(name);
    import.if_exists = how;
    stage_start(&s, c, 2);
    CHECK_INT(nango_import_if(&s.client, &import, &s.result), error);
    CHECK_INT(s.result.outcome, outcome);
    stage_end(&s);
}

static void asking(void)
{
    static const char line[] =
        "GET /connections?connectionId=device-42&integrationId=github HTTP/1.1\r\n";
    static const char post[] = "POST /connections HTTP/1.1\r\n";
    import_one("it is there: skipped", NANGO_SKIP, FOUND("device-42", "github"), 0, NANGO_DONE);
    CHECK_INT(s.result.warnings, NANGO_WARN_EXISTS);
    stage_sent(&s, line, "");
    import_one("it is there: a failure", NANGO_FAIL, FOUND("device-42", "github"), NANGO_E_EXISTS,
               NANGO_REFUSED);
    stage_sent(&s, line, "");
    import_one("it is there: overwritten, and nobody is asked", NANGO_OVERWRITE, CREATED, 0,
               NANGO_DONE);
    CHECK_MEM(s.fake.request, sizeof post - 1, post, sizeof post - 1);
    CHECK_INT(s.result.attempts, 1);
    import_one("it is not there", NANGO_SKIP, CHUNKED "12\r\n{\"connections\":[]}\r\n0\r\n\r\n", 0,
               NANGO_DONE);
    CHECK_MEM(s.fake.request, sizeof post - 1, post, sizeof post - 1);
    CHECK_INT(s.result.status, 201);
    import_one("a row of another id", NANGO_FAIL, FOUND("device-43", "github"), 0, NANGO_DONE);
    import_one("a row of another integration", NANGO_FAIL, FOUND("device-42", "gitlab"), 0,
               NANGO_DONE);
    import_one("the list may not be read", NANGO_SKIP,
               "HTTP/1.1 403 F\r\nContent-Length: 30\r\n\r\n{\"error\":{\"code\":\"forbidden\"}} ",
               NANGO_E_STATUS, NANGO_REFUSED);
    struct fake_connection c[4] = {
        {.answer = CHUNKED "12\r\n{\"connections\":[]}\r\n0\r\n\r\n", .end = NANGO_PORT_FIN},
        {.end = NANGO_PORT_RESET},
        {.answer = CREATED}};
    unit_case("after a doubtful attempt nobody is asked again");
    stage_start(&s, c, 3);
    CHECK_INT(nango_import_if(&s.client, &import, &s.result), 0);
    CHECK_INT(s.result.attempts, 3);
    CHECK_MEM(s.fake.request, sizeof post - 1, post, sizeof post - 1);
    stage_end(&s);
    static const char body[] =
        "{\"provider_config_key\":\"github\",\"connection_id\":\"device-42\","
        "\"credentials\":{\"type\":\"NONE\"}}";
    struct nango_import_if raw = {.connection = {.body = {.len = sizeof body - 1, .mem = body}},
                                  .if_exists = NANGO_FAIL,
                                  .provider_config_key = {"github", 6},
                                  .connection_id = {"device-42", 9}};
    c[0].answer = FOUND("device-42", "github");
    unit_case("a raw body");
    stage_start(&s, c, 1);
    CHECK_INT(nango_import_if(&s.client, &raw, &s.result), NANGO_E_EXISTS);
    stage_sent(&s, line, "");
    stage_end(&s);
}

/* ---- rotate ---------------------------------------------------------------------------------- */

#define MEMBERS                                                                    \
    "\"connection_id\":\"device-42\",\"tags\":{\"p\":\"x\"},\"metadata\":{\"a\": " \
    "[1,{\"tags\":2}]},"                                                           \
    "\"connection_config\":{\"b\":\"\\u00e9\"},\"webhook_url_override\":\"https://e.x/?\\\"\""
#define READ "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{" MEMBERS ",\"credentials\":{}}"
#define DEAD                                                     \
    "HTTP/1.1 400 Bad Request\r\nConnection: "                   \
    "close\r\n\r\n{\"error\":{\"code\":\"invalid_credentials\"," \
    "\"message\":\"m\",\"payload\":{\"connection\":{" MEMBERS "}}}}"
#define ROTATED                                                                             \
    "{\"provider_config_key\":\"github\",\"connection_id\":\"device-42\",\"credentials\":{" \
    "\"type\":"                                                                             \
    "\"API_KEY\",\"apiKey\":\"new\"},\"metadata\":{\"a\": [1,{\"tags\":2}]},"               \
    "\"connection_config\":{\"b\":\"\\u00e9\"},\"tags\":{\"p\":\"x\"},"                     \
    "\"webhook_url_override\":\"https://e.x/?\\\"\"}"

static char room[200];
static struct nango_rotate rotate;

static int rotate_by(const char *answer, size_t cap, size_t step)
{
    static struct fake_connection c[2];
    c[0] = (struct fake_connection){.answer = answer, .end = NANGO_PORT_FIN, .step = step};
    c[1] = (struct fake_connection){.answer = CREATED, .step = step};
    rotate = (struct nango_rotate){
        .connection = {.provider_config_key = {"github", 6},
                       .connection_id = {"device-42", 9},
                       .credentials = {.type = NANGO_API_KEY, .api_key = {{"new", 3}}}},
        .buf = cap != 0 ? room : NULL,
        .cap = cap};
    stage_start(&s, c, 2);
    int rc = nango_rotate(&s.client, &rotate, &s.result);
    stage_end(&s);
    return rc;
}

static void rotations(void)
{
    static const char post[] = "POST /connections HTTP/1.1\r\n";
    unit_case("what an import would wipe is read, and sent with it");
    for (size_t step = 0; step < 8; step++) {
        CHECK_INT(rotate_by(READ, sizeof room, step), 0);
        stage_sent(&s, post, ROTATED);
        CHECK_INT(s.result.attempts, 2);
        CHECK_INT(rotate_by(DEAD, sizeof room, step), 0);
        stage_sent(&s, post, ROTATED);
        CHECK_INT(s.result.status, 201);
        CHECK_INT(s.result.code[0], 0);
    }
    size_t needed = rotate.len;
    unit_case("exactly the room that it takes; one byte less is refused, with what it takes");
    CHECK_INT(rotate_by(READ, needed, 0), 0);
    for (size_t cap = 0; cap < needed; cap++) {
        CHECK_INT(rotate_by(READ, cap, 0), NANGO_E_ROOM);
        CHECK_INT(s.result.outcome, NANGO_REFUSED);
        CHECK_INT(rotate.len, needed);
        CHECK_INT(s.fake.opened, 1);
    }
    unit_case("nothing is there to be kept");
    CHECK_INT(
        rotate_by("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"connection_id\":\"device-42\","
                  "\"metadata\":null,\"connection_config\":{},\"webhook_url_override\":null}",
                  sizeof room, 0),
        0);
    stage_sent(
        &s, post,
        "{\"provider_config_key\":\"github\",\"connection_id\":\"device-42\",\"credentials\":"
        "{\"type\":\"API_KEY\",\"apiKey\":\"new\"},\"connection_config\":{}}");
    unit_case("what is not there, or not a connection, is not rotated");
    CHECK_INT(
        rotate_by(
            "HTTP/1.1 404 N\r\nContent-Length: 30\r\n\r\n{\"error\":{\"code\":\"not_found\"}} ",
            sizeof room, 0),
        NANGO_E_STATUS);
    CHECK_INT(s.result.outcome, NANGO_REFUSED);
    CHECK_INT(
        rotate_by("HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\n{\"connection_id\":\"device-42\"}",
                  sizeof room, 0),
        NANGO_E_ANSWER);
    CHECK_INT(rotate_by("HTTP/1.1 424 F\r\nContent-Length: "
                        "40\r\n\r\n{\"error\":{\"code\":\"invalid_credentials\"}}",
                        sizeof room, 0),
              NANGO_E_STATUS);
    CHECK_INT(s.fake.opened, 1);
    unit_case("members that come from the server cannot be given");
    rotate.connection.metadata = (struct nango_source){.len = 2, .mem = "{}"};
    stage_start(&s, NULL, 0);
    CHECK_INT(nango_rotate(&s.client, &rotate, &s.result), NANGO_E_UNKNOWN);
    CHECK_INT(strcmp(s.result.member, "metadata"), 0);
    stage_end(&s);
}

void test_connections_list(void)
{
    rows();
    filters();
    asking();
    rotations();
}
