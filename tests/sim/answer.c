/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memmem, gmtime_r */
#include "answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EPOCH = 1795564800 }; /* 2026-11-25 00:00:00 UTC, when a run begins */

#define PAGE "<!DOCTYPE html><html><body>Sorry</body></html>"
#define ERROR(code) "{\"error\":{\"code\":\"" code "\",\"message\":\"no\"}}"

static const struct {
    const char *status;
    const char *body; /* NULL: that of a success */
    uint8_t says;     /* enum sim_says */
    uint8_t writes, closes;
} answers[ANSWERS] = {
    [ANSWER_DONE] = {"201 Created", NULL, SAYS_DONE, 1, 0},
    [ANSWER_GARBLED] = {"201 Created", "{\"id\":1,\"connection_id\":\"", SAYS_ODD, 1, 1},
    [ANSWER_PORTAL] = {"200 OK", PAGE, SAYS_ODD, 0, 1},
    [ANSWER_REDIRECT] = {"302 Found", PAGE, SAYS_ELSEWHERE, 0, 0},
    [ANSWER_INVALID] = {"400 Bad Request", ERROR("invalid_body"), SAYS_NO, 0, 0},
    /* A new connection is removed again, an old one marked as failed: "stored" is neither. */
    [ANSWER_VALIDATION] = {"400 Bad Request", ERROR("connection_validation_failed"), SAYS_NO, 0, 0},
    [ANSWER_CAPPED] = {"400 Bad Request", ERROR("resource_capped"), SAYS_NO, 0, 0},
    [ANSWER_REVOKED] = {"401 Unauthorized", ERROR("unknown_account"), SAYS_NO, 0, 0},
    [ANSWER_FORBIDDEN] = {"403 Forbidden", ERROR("forbidden"), SAYS_NO, 0, 0},
    [ANSWER_UNKNOWN] = {"404 Not Found", ERROR("not_found"), SAYS_NO, 0, 0},
    [ANSWER_TIMEOUT] = {"408 Request Timeout", "", SAYS_NOTHING, 0, 1},
    [ANSWER_LIMITED] = {"429 Too Many Requests", ERROR("too_many_request"), SAYS_LATER, 0, 0},
    [ANSWER_FAILED] = {"500 Internal Server Error", ERROR("server_error"), SAYS_NOTHING, 0, 0},
    [ANSWER_FAILED_LATE] = {"500 Internal Server Error", ERROR("generic_error_support"),
                            SAYS_NOTHING, 1, 0},
    [ANSWER_GATEWAY] = {"502 Bad Gateway", PAGE, SAYS_NOTHING, 0, 1},
    [ANSWER_CLOSED] = {"503 Service Unavailable", PAGE, SAYS_NOTHING, 0, 1},
    [ANSWER_TIMEOUT_LATE] = {"504 Gateway Timeout", PAGE, SAYS_NOTHING, 1, 1},
};

const char *answer_name(enum answer kind)
{
    return answers[kind].status;
}

enum sim_says answer_says(enum answer kind)
{
    return (enum sim_says)answers[kind].says;
}

int answer_writes(enum answer kind)
{
    return answers[kind].writes;
}

int answer_closes(enum answer kind)
{
    return answers[kind].closes;
}

/* ---- writing --------------------------------------------------------------------------------- */

static const char *date(void)
{
    static char text[40];
    static time_t last;
    time_t now = EPOCH + (time_t)(sim_now / 1000);
    struct tm tm;
    if (now != last && gmtime_r(&now, &tm) != NULL) {
        strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
        last = now;
    }
    return text;
}

static size_t success(char *body, size_t cap, const char *id)
{
    return (size_t)snprintf(
        body, cap,
        "{\"id\":7,\"connection_id\":\"%s\",\"provider_config_key\":\"github\",\"provider\":"
        "\"github\","
        "\"errors\":[],\"end_user\":null,\"tags\":{},\"metadata\":null,\"connection_config\":{},"
        "\"created_at\":\"2026-11-25T00:00:00.000Z\",\"updated_at\":\"2026-11-25T00:00:00.000Z\","
        "\"last_fetched_at\":null,\"credentials\":{\"type\":\"OAUTH2\",\"access_token\":\"t\","
        "\"raw\":"
        "{\"access_token\":\"t\"}}}",
        id);
}

static size_t put_filler(char *text, size_t at)
{
    size_t len = sim_between(100, 2300);
    at += (size_t)sprintf(text + at, "Content-Security-Policy-Report-Only: ");
    memset(text + at, 'x', len);
    at += len;
    return at + (size_t)sprintf(text + at, "\r\n");
}

static size_t put_head(char *text, enum answer kind, const struct answer_facts *f)
{
    size_t at = 0;
    if (sim->weather > 0 && sim_chance(60)) {
        at += (size_t)sprintf(text, "HTTP/1.1 %s\r\n\r\n",
                              sim_chance(500) ? "100 Continue" : "103 Early Hints\r\nLink: </>");
    }
    at += (size_t)sprintf(text + at, "HTTP/1.1 %s\r\nDate: %s\r\n", answers[kind].status, date());
    if (sim->weather > 0 && sim_chance(100)) {
        at = put_filler(text, at);
    }
    if (kind != ANSWER_CLOSED && kind != ANSWER_GATEWAY) {
        at += (size_t)sprintf(text + at,
                              "X-RateLimit-Limit: %u\r\nX-RateLimit-Remaining: %u\r\n"
                              "X-RateLimit-Reset: %llu\r\n",
                              f->limit, f->remaining,
                              (unsigned long long)(EPOCH + f->reset_at / 1000));
    }
    if (kind == ANSWER_REDIRECT) {
        at += (size_t)sprintf(text + at, "Location: http://portal.example/\r\n");
    }
    if (f->retry_after_s >= 0) {
        at += (size_t)sprintf(text + at, "Retry-After: %d\r\n", f->retry_after_s);
    }
    return at + (size_t)sprintf(text + at, "%s",
                                f->closes ? "Connection: close\r\n"
                                          : "Connection: keep-alive\r\nKeep-Alive: timeout=61\r\n");
}

static size_t put_chunked(char *text, size_t at, const char *body, size_t len)
{
    at += (size_t)sprintf(text + at, "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t off = 0; off < len;) {
        size_t n = 1 + sim_random((uint32_t)(len - off));
        at += (size_t)sprintf(text + at, "%zx\r\n%.*s\r\n", n, (int)n, body + off);
        off += n;
    }
    return at + (size_t)sprintf(text + at, "0\r\n\r\n");
}

size_t answer_text(char text[ANSWER_MAX], enum answer kind, const struct answer_facts *f)
{
    char body[1024];
    size_t len, at = put_head(text, kind, f);
    if (answers[kind].body == NULL) {
        len = success(body, sizeof body, f->id);
    } else {
        len = (size_t)snprintf(body, sizeof body, "%s", answers[kind].body);
    }
    if (sim->weather > 0 && sim_chance(100)) {
        return put_chunked(text, at, body, len);
    }
    return at + (size_t)sprintf(text + at, "Content-Length: %zu\r\n\r\n%s", len, body);
}

/* ---- reading --------------------------------------------------------------------------------- */

static const char *find(const char *text, size_t len, const char *what)
{
    return memmem(text, len, what, strlen(what));
}

int answer_read_head(struct sim_link *l)
{
    static const char *const lines[] = {
        "\r\nHost: nango.example\r\n",
        "\r\nAuthorization: Bearer " SIM_KEY "\r\n",
        "\r\nContent-Type: application/json\r\n",
    };
    const char *start = "POST /connections HTTP/1.1\r\n";
    const char *end = find(l->up, l->arrived, "\r\n\r\n");
    if (end == NULL) {
        return 0;
    }
    size_t head_len = (size_t)(end - l->up) + 4;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (find(l->up, head_len, lines[i]) == NULL) {
            sim_broken(l->device, RULE_REQUEST, "its head has no%s", lines[i]);
        }
    }
    const char *length = find(l->up, head_len, "\r\nContent-Length: ");
    if (memcmp(l->up, start, strlen(start)) != 0 || length == NULL ||
        find(length + 1, (size_t)(end - length), "Content-Length") != length + 2) {
        sim_broken(l->device, RULE_REQUEST, "its head is not that of an import");
        return 0;
    }
    l->head_len = (uint32_t)head_len;
    l->whole_len = l->head_len + (uint32_t)strtoul(length + 18, NULL, 10);
    return 1;
}

/* The value of a member, up to its quote. */
static int text_of(const struct sim_link *l, const char *name, char *value, size_t cap)
{
    const char *body = l->up + l->head_len, *end = l->up + l->whole_len;
    const char *at = find(body, (size_t)(end - body), name);
    const char *quote =
        at != NULL ? memchr(at + strlen(name), '"', (size_t)(end - at) - strlen(name)) : NULL;
    size_t len = quote != NULL ? (size_t)(quote - at) - strlen(name) : cap;
    if (len >= cap) {
        return 0;
    }
    memcpy(value, at + strlen(name), len);
    value[len] = '\0';
    return 1;
}

int answer_read_body(struct sim_link *l)
{
    char id[40], token[40], expected[40];
    snprintf(expected, sizeof expected, "token-%u-%u-%u", l->device->number, l->import->number,
             l->call);
    if (!text_of(l, "\"connection_id\":\"", id, sizeof id)) {
        sim_broken(l->device, RULE_ONCE, "a request without a connection_id");
    } else if (!text_of(l, "\"access_token\":\"", token, sizeof token) ||
               strcmp(token, expected) != 0 || l->up[l->head_len] != '{' ||
               l->up[l->whole_len - 1] != '}') {
        sim_broken(l->device, RULE_REQUEST, "its body is not the one that was to be sent");
    } else {
        sim_check_id(l->import, id);
        return 1;
    }
    return 0;
}
