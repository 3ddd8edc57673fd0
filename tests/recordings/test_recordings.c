/* SPDX-License-Identifier: MIT
 *
 * What the real server said to POST /connections, through the whole client: each recording of one
 * request, in many slicings, must come to the outcome that its status means. Skipped where the
 * recordings are not beside the project.
 */
#define _DEFAULT_SOURCE
#include "../unit/fake_port.h"
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "../shared/recordings"

enum { FILE_CAP = 1 << 20 };

static char request[FILE_CAP], answer[FILE_CAP], body[FILE_CAP];
static size_t answer_len;
static struct nango_tls tls;
static struct nango_client client;
static struct nango_result result;
static struct nango_field id_field;
static char id[1100];

/* Taken by the server, refused by a careful client; each with the reason. */
static const struct {
    const char *name;
    int error;
} refused[] = {
    {"ok-expires-null", NANGO_E_KIND},      {"ok-expires-bool", NANGO_E_KIND},
    {"ok-expires-date-only", NANGO_E_TIME}, {"ok-connection-id-newline", NANGO_E_CONTROL},
    {"ok-invalid-utf8", NANGO_E_JSON_UTF8},
};

/* The bytes of a file, with a NUL behind them; 0: there is no such file, or it is too long. */
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

/* The value of the first "name":"..." (without escapes) in a text. */
static void find(const char *text, const char *name, char *to, size_t cap)
{
    char key[64];
    to[0] = '\0';
    snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *from = strstr(text, key);
    if (from != NULL) {
        from += strlen(key);
        size_t len = strcspn(from, "\"\\");
        snprintf(to, cap, "%.*s", (int)len, from);
    }
}

/* The recorded body, with the id that the server made where it has none. */
static size_t recorded_body(const char *recorded)
{
    char made[64];
    const char *brace = strchr(recorded, '{');
    if (strstr(recorded, "\"connection_id\"") != NULL || brace == NULL) {
        return (size_t)snprintf(body, sizeof body, "%s", recorded);
    }
    find(answer, "connection_id", made, sizeof made);
    return (size_t)snprintf(body, sizeof body, "%.*s{\"connection_id\":\"%s\",%s",
                            (int)(brace - recorded), recorded, made, brace + 1);
}

static int import(const struct nango_connection *connection, size_t first, size_t step)
{
    static char work[512];
    struct fake_connection script = {.answer = answer, .answer_len = answer_len};
    struct fake fake = {.script = &script, .script_len = 1};
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
    script.end = NANGO_PORT_FIN;
    id_field = (struct nango_field){.name = "connection_id", .buf = id, .cap = sizeof id};
    CHECK_INT(nango_init(&client, &s), 0);
    nango_want(&client, &id_field, 1);
    int rc = nango_import(&client, connection, &result);
    nango_close(&client);
    CHECK_INT(fake.opened, fake.closed);
    return rc;
}

static enum nango_outcome meaning(unsigned status)
{
    return status < 300                     ? NANGO_DONE
           : status < 400                   ? NANGO_NOT_SENT
           : status == 429                  ? NANGO_NOT_SENT
           : status == 408 || status >= 500 ? NANGO_IN_DOUBT
                                            : NANGO_REFUSED;
}

static void check_one(const char *name, unsigned status, const struct nango_connection *connection)
{
    static const size_t steps[] = {0, 1, 2, 3, 7, 64, 128, 1000};
    char code[64];
    find(answer, "code", code, sizeof code);
    size_t first = 0, by = 0;
    do {
        size_t step = by < 8 ? steps[by] : 0;
        int rc = import(connection, first, step);
        if (!CHECK_INT(result.outcome, meaning(status)) || !CHECK_INT(result.status, status)) {
            printf("# %s: first %zu, step %zu: %s\n", name, first, step, nango_error_name(rc));
            return;
        }
        if (status < 300) {
            CHECK_INT(id_field.kind, NANGO_STRING);
        } else {
            CHECK_MEM(result.code, strlen(result.code), code, strlen(code));
        }
        by++;
        first = by < 8 ? 0 : first + (answer_len > 8192 ? 1021 : 61);
    } while (first < answer_len);
}

static int refusal_of(const char *name)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (strcmp(refused[i].name, name) == 0) {
            return refused[i].error;
        }
    }
    return 0;
}

static void one(const char *name)
{
    static const struct nango_connection any = {
        .provider_config_key = {"github", 6},
        .connection_id = {"any", 3},
        .credentials = {.type = NANGO_API_KEY, .api_key = {{"k", 1}}},
    };
    size_t len = load(name, "request", request);
    answer_len = load(name, "response", answer);
    const char *recorded = strstr(request, "\r\n\r\n");
    unsigned status = (unsigned)strtoul(answer + 9, NULL, 10);
    if (len == 0 || answer_len == 0 || recorded == NULL || status < 200 ||
        strncmp(request, "POST /connections HTTP/1.1\r\n", 28) != 0 ||
        strstr(request + 1, "POST /connections ") != NULL) {
        return;
    }
    unit_case_of("recorded", name);
    if (strcmp(name, "body-at-limit") == 0) {
        unit_skip("its files are abbreviated");
        return;
    }
    struct nango_connection c = any;
    if (status < 300 && strstr(request, "Transfer-Encoding") == NULL &&
        strstr(request, "Content-Encoding") == NULL) {
        c = (struct nango_connection){.body = {.mem = body, .len = recorded_body(recorded + 4)}};
        int error = refusal_of(name);
        if (error != 0) {
            CHECK_INT(import(&c, 0, 0), error);
            CHECK_INT(result.outcome, NANGO_REFUSED);
            return;
        }
    } else if (status < 300) {
        static char sent[256];
        find(answer, "connection_id", sent, sizeof sent);
        c.connection_id = (struct nango_text){sent, strlen(sent)};
    }
    check_one(name, status, &c);
}

void test_recordings(void)
{
    struct dirent **entries;
    int n = scandir(FOLDER, &entries, NULL, alphasort), seen = 0;
    struct nango_tls_settings t = {.entropy = fake_entropy};
    unit_case("recordings of POST /connections");
    if (n < 0) {
        unit_skip("no " FOLDER);
        return;
    }
    CHECK_INT(nango_tls_init(&tls, &t), 0);
    for (int i = 0; i < n; i++) {
        char *ending = strstr(entries[i]->d_name, ".response");
        if (ending != NULL) {
            *ending = '\0';
            one(entries[i]->d_name);
            seen++;
        }
    }
    nango_tls_free(&tls);
    unit_case("all of them were looked at");
    CHECK(seen > 200);
    for (int i = 0; i < n; i++) {
        free(entries[i]); /* not before: a case keeps its name */
    }
    free(entries);
}
