/* SPDX-License-Identifier: MIT
 *
 * against_twin PORT KEY ROWS: every call of nango_connections.h and nango_connect.h against the
 * reference server, over port/posix: what one call writes, the next ones read. With ROWS
  * connections in the store, the list of all of them goes through a work buffer of 1 KB.
 */
#include "nango_connect.h"
#include "nango_port_posix.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nango_tls tls;
static struct nango_posix posix;
static struct nango_client client;
static struct nango_result result;
static char work[1024], buf[2048], token[200], text[200], wide[2000];
static const char *secret_key;
static uint16_t tcp_port;
static uint32_t rows_len;

static void open_client(const char *key)
{
    struct nango_settings s = {.tls = &tls,
                               .port = &nango_port_posix,
                               .port_ctx = &posix,
                               .host = "127.0.0.1",
                               .tcp_port = tcp_port,
                               .plain_http = 1,
                               .secret_key = {key, key != NULL ? strlen(key) : 0},
                               .work = work,
                               .work_cap = sizeof work,
                               .deadline_ms = 20000};
    CHECK_INT(nango_init(&client, &s), 0);
}

static struct nango_connection github(const char *id)
{
    return (struct nango_connection){
        .provider_config_key = NANGO_STR("github"),
        .connection_id = {id, strlen(id)},
        .credentials = {.type = NANGO_OAUTH2, .oauth2 = {.access_token = NANGO_STR("first")}},
    };
}

/* ---- what is written is read ------------------------------------------------------------------
 * */

static struct nango_get get_of(const char *id)
{
    return (struct nango_get){.provider_config_key = NANGO_STR("github"),
                              .connection_id = {id, strlen(id)},
                              .buf = buf,
                              .cap = sizeof buf};
}

static int is(struct nango_text got, const char *want)
{
    return CHECK_MEM(got.ptr, got.len, want, strlen(want));
}

static void life(void)
{
    static const char id[] = "team \"a/b\" [1]+{x}=$@~;:\\";
    static const struct nango_tag tags[] = {{{"plan", 4}, {"pro", 3}}};
    static const char metadata[] = "{\"a\":1,\"b\":[true,\"\xc3\xa9\"]}",
                      config[] = "{\"region\":\"eu\"}";
    struct nango_connection c = github(id);
    struct nango_get get = get_of(id);
    struct nango_field field = {.name = "metadata", .buf = text, .cap = sizeof text};
    c.tags = (struct nango_tags){tags, 1};
    c.metadata = (struct nango_source){.len = sizeof metadata - 1, .mem = metadata};
    c.connection_config = (struct nango_source){.len = sizeof config - 1, .mem = config};
    c.webhook_url_override = NANGO_STR("https://hooks.example.com/x?y=1");

    unit_case("an import, and its token read");
    CHECK_INT(nango_import(&client, &c, &result), 0);
    CHECK_INT(nango_get(&client, &get, &result), 0);
    CHECK_INT(get.credentials.type, NANGO_OAUTH2);
    is(get.credentials.oauth2.access_token, "first");

    unit_case("an import that skips it, one that fails, one that finds nothing");
    struct nango_import_if import = {.connection = github(id), .if_exists = NANGO_SKIP};
    CHECK_INT(nango_import_if(&client, &import, &result), 0);
    CHECK_INT(result.warnings & NANGO_WARN_EXISTS, NANGO_WARN_EXISTS);
    import.if_exists = NANGO_FAIL;
    CHECK_INT(nango_import_if(&client, &import, &result), NANGO_E_EXISTS);
    import.connection.connection_id = NANGO_STR("another");
    CHECK_INT(nango_import_if(&client, &import, &result), 0);
    CHECK_INT(result.status, 201);

    unit_case("rotated: the token is new, all else is as it was");
    struct nango_rotate rotate = {.connection = github(id), .buf = wide, .cap = sizeof wide};
    rotate.connection.credentials.oauth2.access_token = NANGO_STR("second");
    CHECK_INT(nango_rotate(&client, &rotate, &result), 0);
    nango_want(&client, &field, 1);
    CHECK_INT(nango_get(&client, &get, &result), 0);
    is(get.credentials.oauth2.access_token, "second");
    CHECK_MEM(text, field.len, metadata, sizeof metadata - 1);
    field.name = "connection_config";
    CHECK_INT(nango_get(&client, &get, &result), 0);
    CHECK_MEM(text, field.len, config, sizeof config - 1);
    field.name = "webhook_url_override";
    CHECK_INT(nango_get(&client, &get, &result), 0);
    CHECK_MEM(text, field.len, c.webhook_url_override.ptr, c.webhook_url_override.len);
    field.name = "tags";
    CHECK_INT(nango_get(&client, &get, &result), 0);
    CHECK_TEXT(text, field.len, "{\"plan\":\"pro\"}");

    unit_case("metadata merged, then replaced");
    struct nango_metadata m = {.connection = github(id), .merge = 1};
    memset(&m.connection.credentials, 0, sizeof m.connection.credentials);
    m.connection.metadata = (struct nango_source){.len = 7, .mem = "{\"c\":2}"};
    CHECK_INT(nango_set_metadata(&client, &m, &result), 0);
    field.name = "metadata";
    CHECK_INT(nango_get(&client, &get, &result), 0);
    CHECK_TEXT(text, field.len, "{\"a\":1,\"b\":[true,\"\xc3\xa9\"],\"c\":2}");
    static const struct nango_text both[] = {{id, sizeof id - 1}, {"another", 7}};
    m.ids = both;
    m.ids_len = 2;
    m.merge = 0;
    CHECK_INT(nango_set_metadata(&client, &m, &result), 0);
    CHECK_INT(nango_get(&client, &get, &result), 0);
    CHECK_TEXT(text, field.len, "{\"c\":2}");

    unit_case("tags replaced, the webhook cleared");
    struct nango_connection change = {.provider_config_key = c.provider_config_key,
                                      .connection_id = c.connection_id,
                                      .tags = {tags, 1},
                                      .webhook_url_override = NANGO_STR("")};
    CHECK_INT(nango_update(&client, &change, &result), 0);
    field.name = "webhook_url_override";
    CHECK_INT(nango_get(&client, &get, &result), 0);
    CHECK_INT(field.kind, NANGO_NULL);
    nango_want(&client, NULL, 0);

    unit_case("deleted; a second time it is unknown");
    CHECK_INT(nango_delete(&client, &change, &result), 0);
    CHECK_INT(nango_delete(&client, &change, &result), NANGO_E_STATUS);
    CHECK_INT(strcmp(result.code, "unknown_connection"), 0);
    CHECK_INT(nango_get(&client, &get, &result), NANGO_E_STATUS);
    CHECK_INT(result.status, 404);
    change.connection_id = NANGO_STR("another");
    CHECK_INT(nango_delete(&client, &change, &result), 0);
}

/* A token that has expired, whose refresh fails: the provider is not there. */
static void dead(void)
{
    struct nango_connection c = github("dead");
    struct nango_get get = get_of("dead");
    c.credentials.oauth2.refresh_token = NANGO_STR("gr");
    c.credentials.oauth2.expires_at.iso = NANGO_STR("2020-01-01T00:00:00Z");
    c.metadata = (struct nango_source){.len = 9, .mem = "{\"k\":\"v\"}"};
    unit_case("a dead token is an error of its own");
    CHECK_INT(nango_import(&client, &c, &result), 0);
    CHECK_INT(nango_get(&client, &get, &result), NANGO_E_REFRESH);
    unit_case("and can be rotated all the same");
    struct nango_rotate rotate = {.connection = github("dead"), .buf = wide, .cap = sizeof wide};
    CHECK_INT(nango_rotate(&client, &rotate, &result), 0);
    struct nango_field field = {.name = "metadata", .buf = text, .cap = sizeof text};
    nango_want(&client, &field, 1);
    CHECK_INT(nango_get(&client, &get, &result), 0);
    CHECK_TEXT(text, field.len, "{\"k\":\"v\"}");
    nango_want(&client, NULL, 0);
    unit_case("refused for want of room, with what it takes");
    rotate.cap = 5;
    CHECK_INT(nango_rotate(&client, &rotate, &result), NANGO_E_ROOM);
    CHECK(rotate.len > 5 && rotate.len < 100);
    CHECK_INT(nango_delete(&client, &c, &result), 0);
}

static void catalogue(void)
{
    struct nango_text key = NANGO_STR("apify");
    struct nango_field field = {.name = "data.provider", .buf = text, .cap = sizeof text};
    unit_case("an integration, and its provider's auth_mode");
    nango_want(&client, &field, 1);
    CHECK_INT(nango_integration(&client, &key, &result), 0);
    key = (struct nango_text){text, field.len};
    struct nango_field mode = {.name = "data.auth_mode", .buf = wide, .cap = sizeof wide};
    nango_want(&client, &mode, 1);
    CHECK_INT(nango_provider(&client, &key, &result), 0);
    CHECK_TEXT(wide, mode.len, "API_KEY");
    key = NANGO_STR("nope");
    CHECK_INT(nango_integration(&client, &key, &result), NANGO_E_STATUS);
    CHECK_INT(result.status, 404);
    nango_want(&client, NULL, 0);
}

/* ---- sessions ---------------------------------------------------------------------------------
 * */

static const struct nango_tag device[] = {{{"device_id", 9}, {"dev-77", 6}}};
static const struct nango_text apify[] = {{"apify", 5}};
static char link_room[256], id_room[256], key_room[64];

static void sessions(void)
{
    struct nango_connect flow = {.session = {.connection = {.tags = {device, 1}},
                                             .allowed_integrations = apify,
                                             .allowed_integrations_len = 1},
                                 .link = link_room,
                                 .link_cap = sizeof link_room,
                                 .connection_id = id_room,
                                 .connection_id_cap = sizeof id_room,
                                 .provider_config_key = key_room,
                                 .provider_config_key_cap = sizeof key_room};
    unit_case("a link, and nobody yet");
    CHECK_INT(nango_connect_start(&client, &flow, &result), 0);
    const char *at = strstr(link_room, "session_token=");
    CHECK(at != NULL);
    snprintf(token, sizeof token, "%s", at != NULL ? at + 14 : "");
    CHECK_INT(nango_connect_look(&client, &flow, &result), 0);
    CHECK_INT(flow.found, 0);
    nango_close(&client);

    unit_case("a device without the key submits its credential");
    struct nango_submit submit = {
        .connection = {.provider_config_key = NANGO_STR("apify"),
                       .credentials = {.type = NANGO_API_KEY, .api_key = {NANGO_STR("k")}}},
        .session_token = {token, strlen(token)}};
    struct nango_field field = {.name = "connectionId", .buf = text, .cap = sizeof text};
    open_client(NULL);
    nango_want(&client, &field, 1);
    CHECK_INT(nango_submit(&client, &submit, &result), 0);
    nango_want(&client, NULL, 0);
    CHECK_INT(nango_connect_look(&client, &flow, &result), NANGO_E_SETTINGS);
    nango_close(&client);

    unit_case("and is found by the tag of its session");
    open_client(secret_key);
    CHECK_INT(nango_connect_wait(&client, &flow, &result), 0);
    CHECK_INT(flow.found, 1);
    CHECK_MEM(id_room, strlen(id_room), text, field.len);
    CHECK_INT(strcmp(key_room, "apify"), 0);

    unit_case("a session to reconnect it: the same connection again");
    struct nango_session again = {.connection = {.provider_config_key = NANGO_STR("apify"),
                                                 .connection_id = {id_room, strlen(id_room)}}};
    struct nango_field fresh = {.name = "data.token", .buf = token, .cap = sizeof token};
    nango_want(&client, &fresh, 1);
    CHECK_INT(nango_session(&client, &again, &result), 0);
    submit.session_token.len = fresh.len;
    submit.is_reconnect = 1;
    nango_want(&client, &field, 1);
    CHECK_INT(nango_submit(&client, &submit, &result), 0);
    CHECK_INT(nango_submit(&client, &submit, &result), 0);
    CHECK_MEM(text, field.len, id_room, strlen(id_room));
    nango_want(&client, NULL, 0);

    unit_case("a token that nobody gave");
    memset(token + 23, '0', 64);
    CHECK_INT(nango_submit(&client, &submit, &result), NANGO_E_STATUS);
    CHECK_INT(strcmp(result.code, "unknown_connect_session_token"), 0);
}

/* ---- many rows --------------------------------------------------------------------------------
 * */

static char row_id[64];
static uint32_t sum;

static int on_row(void *ctx, const struct nango_list *list)
{
    (void)ctx;
    sum += (uint32_t)strtoul(row_id + strcspn(row_id, "0123456789"), NULL, 10);
    return list->fields[0].kind != NANGO_STRING;
}

static void many(uint32_t count)
{
    struct nango_field field = {.name = "connection_id", .buf = row_id, .cap = sizeof row_id};
    struct nango_list list = {.fields = &field, .fields_len = 1, .on_row = on_row};
    list.search = NANGO_STR("row-");
    unit_case("all rows, through 1 KB");
    CHECK_INT(nango_list(&client, &list, &result), 0);
    CHECK_INT(list.rows, count);
    CHECK_INT(sum, count * (count - 1) / 2);
    unit_case("page by page");
    sum = 0;
    uint32_t rows = 0;
    list.limit = 2000;
    do {
        CHECK_INT(nango_list(&client, &list, &result), 0);
        rows += list.rows;
        list.page++;
    } while (list.rows == list.limit);
    CHECK_INT(rows, count);
    CHECK_INT(sum, count * (count - 1) / 2);
}

static void all(void)
{
    struct nango_tls_settings settings = {.entropy = nango_posix_entropy};
    unit_case("begin");
    CHECK_INT(nango_tls_init(&tls, &settings), 0);
    open_client(secret_key);
    life();
    dead();
    catalogue();
    sessions();
    many(rows_len);
    nango_close(&client);
    nango_tls_free(&tls);
}

void unit_put(const char *bytes, size_t len)
{
    if (fwrite(bytes, 1, len, stdout) != len) {
        abort();
    }
}

void *unit_room(int slot, size_t len) /* for tests of readers, of which there are none here */
{
    (void)slot, (void)len;
    abort();
}

const struct unit_file unit_files[] = {{"test_calls", all}, {0, 0}};

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: against_twin PORT KEY ROWS\n");
        return 2;
    }
    tcp_port = (uint16_t)strtoul(argv[1], NULL, 10);
    secret_key = argv[2];
    rows_len = (uint32_t)strtoul(argv[3], NULL, 10);
    return unit_run(NULL) != 0;
}
