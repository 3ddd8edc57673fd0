/* SPDX-License-Identifier: MIT
 *
 * The bodies that the real server refused, or fell over, by what stands in them: each is refused
 * before anything is sent, and the member that is named is one of those that the server names.
 * Skipped where the recordings are not beside the project.
 */
#define _DEFAULT_SOURCE
#include "nango.h"
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "../shared/recordings"

enum { FILE_CAP = 1 << 20 };

static char request[FILE_CAP], answer[FILE_CAP];

/* What the server does not name, or not as an error of the body. */
static const struct {
    const char *name;
    int error;
    const char *member;
} known[] = {
    {"err-400-tba-no-account", NANGO_E_MISSING, "connection_config.accountId"},
    {"err-404-integration-empty", NANGO_E_TOO_SHORT, "provider_config_key"},
    {"err-body-array", NANGO_E_KIND, ""},
    {"err-body-array-empty", NANGO_E_KIND, ""},
    {"err-body-empty", NANGO_E_JSON_CUT, ""},
    {"err-body-none", NANGO_E_JSON_CUT, ""},
    {"err-connection-id-256", NANGO_E_TOO_LONG, "connection_id"},
    {"err-json-invalid", NANGO_E_JSON_SYNTAX, "provider_config_key"},
    {"err-json-top-null", NANGO_E_KIND, ""},
    {"err-json-top-string", NANGO_E_KIND, ""},
    {"err-json-trailing", NANGO_E_MISSING, "credentials"},
    {"err-json-truncated", NANGO_E_JSON_CUT, "credentials.type"},
    {"err-lone-surrogate-metadata", NANGO_E_SURROGATE, "metadata"},
    {"err-nul-in-connection-id", NANGO_E_CONTROL, "connection_id"},
    {"err-nul-in-metadata", NANGO_E_CONTROL, "metadata"},
    {"err-proto-key", NANGO_E_FORBIDDEN, "metadata.__proto__"},
};

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
    return len;
}

static void one(const char *name)
{
    struct nango_result r;
    size_t len = load(name, "request", request), answer_len = load(name, "response", answer);
    const char *body = strstr(request, "\r\n\r\n");
    int of_body = strncmp(name, "err-body-", 9) == 0 && strncmp(answer, "HTTP/1.1 400", 12) == 0;
    const char *member = NULL;
    int error = 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].name, name) == 0) {
            error = known[i].error;
            member = known[i].member;
        }
    }
    if (len == 0 || answer_len == 0 || body == NULL || (!of_body && member == NULL)) {
        return;
    }
    unit_case_of("refused", name);
    body += 4;
    struct nango_connection c = {.body = {.len = len - (size_t)(body - request), .mem = body}};
    int rc = nango_check(&c, NULL, 0, &r);
    CHECK(rc < 0);
    CHECK_INT(r.outcome, NANGO_REFUSED);
    if (member != NULL) {
        CHECK_INT(rc, error);
        CHECK_MEM(r.member, strlen(r.member), member, strlen(member));
        return;
    }
    const char *last = strrchr(r.member, '.') != NULL ? strrchr(r.member, '.') + 1 : r.member;
    CHECK(*last != '\0');
    CHECK(strstr(answer, last) != NULL);
}

void test_refused_bodies(void);

void test_refused_bodies(void)
{
    struct dirent **entries;
    int n = scandir(FOLDER, &entries, NULL, alphasort);
    unit_case("bodies that the server refused");
    if (n < 0) {
        unit_skip("no " FOLDER);
        return;
    }
    CHECK(n > 0);
    for (int i = 0; i < n; i++) {
        char *ending = strstr(entries[i]->d_name, ".response");
        if (ending != NULL) {
            *ending = '\0';
            one(entries[i]->d_name);
        }
    }
    unit_case("that was all");
    CHECK(n > 0);
    for (int i = 0; i < n; i++) {
        free(entries[i]); /* not before: a case keeps its name */
    }
    free(entries);
}
