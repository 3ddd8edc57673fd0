/* SPDX-License-Identifier: MIT
 *
 * What the real server said to the other calls of the API, through the whole client: each recording
 * of one request is asked again by the call that it belongs to, with the recorded ids; its target
  * must be the recorded one, and the recorded answer, in many slicings, must come to what its
  * status means. Skipped where the recordings are not beside the project.
 */
#define _DEFAULT_SOURCE
#include "../unit/fake_port.h"
#include "nango_connect.h"
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "../shared/recordings"

enum { FILE_CAP = 1 << 17, ROOM = 4096 };

static char request[FILE_CAP], answer[FILE_CAP], names[400][256];
static size_t answer_len;
static struct nango_tls tls;
static struct nango_client client;
static struct nango_result result;
static struct fake fake;

/* What is read of the recorded request. */
static char id[1100], key[300], body[FILE_CAP], room[ROOM];
static struct nango_connection connection;
static uint32_t rows;

static size_t load(const char *name, const char *ending, char *to)
{
    char path[512];
    snprintf(path, sizeof path, FOLDER "/%s.%s", name, ending);
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return 0;
    }
    size_t len = fread(to, 1, FILE_CAP - 1, f);
    fclose(f);
    to[len] = '\0';
    return len < FILE_CAP - 1 ? len : 0;
}

static int hex(char c)
{
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* Percent-decoded, up to one of these bytes. Returns where it ended. */
static const char *decode(const char *from, const char *until, char *to, size_t cap)
{
    size_t len = 0;
    for (; *from != '\0' && strchr(until, *from) == NULL && len + 1 < cap; from++) {
        if (*from == '%' && strchr("0123456789abcdefABCDEF", from[1]) != NULL && from[1] != '\0') {
            to[len++] = (char)(hex(from[1]) * 16 + hex(from[2]));
            from += 2;
        } else {
            to[len++] = *from;
        }
    }
    to[len] = '\0';
    return from;
}

static void find(const char *text, const char *name, char *to, size_t cap)
{
    char quoted[64];
    to[0] = '\0';
    snprintf(quoted, sizeof quoted, "\"%s\":\"", name);
    const char *from = strstr(text, quoted);
    if (from != NULL) {
        from += strlen(quoted);
        snprintf(to, cap, "%.*s", (int)strcspn(from, "\"\\"), from);
    }
}

/* ---- the calls ------------------------------------------------------------------------------- */

static struct nango_text text_of(const char *text)
{
    return (struct nango_text){text[0] != '\0' ? text : NULL, strlen(text)};
}

static int on_row(void *ctx, const struct nango_list *list)
{
    (void)ctx;
    CHECK_INT(list->fields[0].kind, NANGO_STRING);
    rows++;
    return 0;
}

static int do_get(void)
{
    struct nango_get get = {.provider_config_key = text_of(key),
                            .connection_id = text_of(id),
                            .buf = room,
                            .cap = sizeof room};
    int rc = nango_get(&client, &get, &result);
    if (rc == 0) {
        char type[32];
        find(strstr(answer, "\"credentials\":"), "type", type, sizeof type);
        CHECK_INT(get.credentials.type == NANGO_NONE, type[0] == '\0');
        CHECK_INT(get.credentials.type == NANGO_TBA, strcmp(type, "TBA") == 0);
        if (get.credentials.type == NANGO_OAUTH2) {
            char token[64];
            find(strstr(answer, "\"credentials\":"), "access_token", token, sizeof token);
            CHECK_MEM(get.credentials.oauth2.access_token.ptr,
                      get.credentials.oauth2.access_token.len, token, strlen(token));
        }
    }
    return rc;
}

static int do_list(void)
{
    static char row_id[300];
    struct nango_field field = {.name = "connection_id", .buf = row_id, .cap = sizeof row_id};
    struct nango_list list = {.fields = &field, .fields_len = 1, .on_row = on_row};
    rows = 0;
    int rc = nango_list(&client, &list, &result);
    CHECK_INT(list.rows, rows);
    if (rc == 0) {
        uint32_t count = 0;
        for (const char *p = answer; (p = strstr(p, "\"connection_id\":")) != NULL; p++) {
            count++;
        }
        CHECK_INT(rows, count);
    }
    return rc;
}

static int do_update(void)
{
    return nango_update(&client, &connection, &result);
}

static int do_delete(void)
{
    return nango_delete(&client, &connection, &result);
}

static int do_metadata(void)
{
    struct nango_metadata m = {.connection = connection, .merge = request[1] == 'A'};
    const char *from = strstr(body, "\"metadata\":{");
    m.connection.metadata = (struct nango_source){.len = 2, .mem = "{}"};
    if (from != NULL) {
        from += strlen("\"metadata\":");
        m.connection.metadata = (struct nango_source){.len = strlen(from) - 1, .mem = from};
    }
    return nango_set_metadata(&client, &m, &result);
}

static int do_session(void)
{
    static const struct nango_tag tags[] = {{{"device_id", 9}, {"dev-1", 5}}};
    struct nango_session session = {.connection = {.tags = {tags, 1}}};
    if (strstr(request, "/reconnect ") != NULL) {
        session.connection = connection;
    }
    return nango_session(&client, &session, &result);
}

static int do_integration(void)
{
    struct nango_text text = text_of(id);
    return nango_integration(&client, &text, &result);
}

static int do_provider(void)
{
    struct nango_text text = text_of(id);
    return nango_provider(&client, &text, &result);
}

static int do_submit(void)
{
    static char token[200];
    decode(strchr(request, '=') + 1, "& ", token, sizeof token);
    struct nango_submit submit = {.connection = {.provider_config_key = text_of(id)},
                                  .session_token = text_of(token)};
    struct nango_credentials *c = &submit.connection.credentials;
    if (strstr(request, "/basic/") != NULL) {
        *c = (struct nango_credentials){.type = NANGO_BASIC, .basic = {{"u", 1}, {"p", 1}}};
    } else {
        *c = (struct nango_credentials){.type = NANGO_API_KEY, .api_key = {{"k", 1}}};
    }
    return nango_submit(&client, &submit, &result);
}

/* By the beginning of the request: which call, and where the id begins. The first that fits. */
static const struct {
    const char *line;
    int (*call)(void);
    int writes;
} calls[] = {
    {"POST /connections/metadata", do_metadata, 1},
    {"PATCH /connections/metadata", do_metadata, 1},
    {"GET /connections/", do_get, 0},
    {"GET /connections", do_list, 0},
    {"PATCH /connections/", do_update, 1},
    {"DELETE /connections/", do_delete, 1},
    {"POST /connect/sessions", do_session, 1},
    {"GET /integrations/", do_integration, 0},
    {"GET /providers/", do_provider, 0},
    {"POST /api-auth/api-key/", do_submit, 1},
    {"POST /api-auth/basic/", do_submit, 1},
};

static int run(int (*call)(void), size_t first, size_t step)
{
    static char work[1024];
    struct fake_connection script = {
        .answer = answer, .answer_len = answer_len, .end = NANGO_PORT_FIN};
    struct nango_settings s = {.tls = &tls,
                               .port = &fake_port,
                               .port_ctx = &fake,
                               .host = "localhost",
                               .plain_http = 1,
                               .secret_key = NANGO_STR("c561815d-4b9e-4464-a3a8-e0cd610fd807"),
                               .work = work,
                               .work_cap = sizeof work,
                               .deadline_ms = 20000};
    script.first = first;
    script.step = step;
    fake = (struct fake){.script = &script, .script_len = 1};
    CHECK_INT(nango_init(&client, &s), 0);
    int rc = call();
    nango_close(&client);
    CHECK_INT(fake.opened, fake.closed);
    return rc;
}

/* ---- what they mean -------------------------------------------------------------------------- */

static enum nango_outcome meaning(unsigned status, int writes, int is_json)
{
    return status < 300 && !is_json ? (writes ? NANGO_IN_DOUBT : NANGO_NOT_SENT)
           : status < 300           ? NANGO_DONE
           : status < 400           ? NANGO_NOT_SENT
           : status == 429          ? NANGO_NOT_SENT
           : status >= 500          ? (writes ? NANGO_IN_DOUBT : NANGO_NOT_SENT)
                                    : NANGO_REFUSED;
}

static void check_target(void)
{
    static char want[2048], got[2048];
    decode(request, "\r", want, sizeof want);
    decode(fake.request, "\r", got, sizeof got);
    CHECK_MEM(got, strlen(got), want, strlen(want));
}

static void check_slicings(size_t which, unsigned status)
{
    static const size_t steps[] = {0, 1, 2, 3, 7, 64, 128, 1000};
    int is_json = strstr(answer, "application/json") != NULL;
    enum nango_outcome outcome = meaning(status, calls[which].writes, is_json);
    char code[64];
    find(answer, "code", code, sizeof code);
    for (size_t i = 0, first = 0; i < 8 || first < answer_len; i++) {
        first = i < 8 ? 0 : first + 1;
        run(calls[which].call, first, i < 8 ? steps[i] : 0);
        if (!CHECK_INT(result.outcome, outcome) || !CHECK_INT(result.status, status)) {
            printf("# first %zu, step %zu: %s\n", first, i < 8 ? steps[i] : 0,
                   nango_error_name(result.error));
            return;
        }
        if (status >= 400 && is_json) {
            CHECK_MEM(result.code, strlen(result.code), code, strlen(code));
        }
    }
}

static void one(const char *name)
{
    size_t which = 0, n = sizeof calls / sizeof calls[0], len = load(name, "request", request);
    answer_len = load(name, "response", answer);
    unsigned status = answer_len > 12 ? (unsigned)strtoul(answer + 9, NULL, 10) : 0;
    while (which < n && strncmp(request, calls[which].line, strlen(calls[which].line)) != 0) {
        which++;
    }
    const char *recorded = strstr(request, "\r\n\r\n");
    if (len == 0 || which == n || recorded == NULL || status < 200) {
        return;
    }
    unit_case_of("recorded", name);
    snprintf(body, sizeof body, "%s", recorded + 4);
    const char *at = decode(request + strlen(calls[which].line), "? ", id, sizeof id);
    snprintf(key, sizeof key, "github");
    if (strncmp(at, "?provider_config_key=", 21) == 0) {
        decode(at + 21, "& ", key, sizeof key);
    }
    if (body[0] != '\0' && calls[which].call != do_update) {
        find(body, "connection_id", id, sizeof id);
        find(body, calls[which].call == do_session ? "integration_id" : "provider_config_key", key,
             sizeof key);
        decode(request + strlen(calls[which].line), "? ",
               calls[which].call == do_submit ? id : room, sizeof id);
    }
    connection = (struct nango_connection){.provider_config_key = text_of(key),
                                           .connection_id = text_of(id)};
    int rc = run(calls[which].call, 0, 0);
    if (result.attempts ==
        0) { /* refused here: the server did so too, or would have taken another route */
        CHECK_INT(result.outcome, NANGO_REFUSED);
        CHECK(status >= 400 || strcmp(name, "meta-post-empty-array") == 0);
        CHECK(rc == NANGO_E_FORMAT || rc == NANGO_E_TOO_LONG || rc == NANGO_E_MISSING);
        return;
    }
    if (status < 300 && calls[which].call != do_list && calls[which].call != do_session &&
        strcmp(name, "err-get-id-slash-raw") != 0) {
        check_target();
    }
    if (status < 300 && calls[which].call == do_metadata) {
        const char *sent = strstr(fake.request, "\r\n\r\n") + 4;
        if (strcmp(name, "meta-post-spaces") != 0) {
            CHECK_MEM(sent, strlen(sent), body, strlen(body));
        }
    }
    check_slicings(which, status);
    if (strcmp(name, "err-get-expired-refresh") == 0) {
        CHECK_INT(rc, NANGO_E_REFRESH);
    }
}

void test_calls(void)
{
    struct dirent **entries;
    int n = scandir(FOLDER, &entries, NULL, alphasort), seen = 0;
    struct nango_tls_settings t = {.entropy = fake_entropy};
    unit_case("recordings of the other calls");
    if (n < 0) {
        unit_skip("no " FOLDER);
        return;
    }
    CHECK_INT(nango_tls_init(&tls, &t), 0);
    for (int i = 0; i < n; i++) {
        char *ending = strstr(entries[i]->d_name, ".response");
        if (ending != NULL && seen < 400) {
            *ending = '\0';
            snprintf(names[seen], sizeof names[0], "%s", entries[i]->d_name);
            one(names[seen++]);
        }
        free(entries[i]);
    }
    free(entries);
    nango_tls_free(&tls);
}
