/* SPDX-License-Identifier: MIT */
#include "call_stage.h"

#include "unit.h"

#include <string.h>

#define SECRET "c561815d-4b9e-4464-a3a8-e0cd610fd807"

static void open_client(struct stage *s, struct nango_text secret_key)
{
    struct nango_settings settings = {.tls = &s->tls,
                                      .port = &fake_port,
                                      .port_ctx = &s->fake,
                                      .host = "127.0.0.1",
                                      .plain_http = 1,
                                      .secret_key = secret_key,
                                      .work = s->work,
                                      .work_cap = sizeof s->work,
                                      .deadline_ms = 20000};
    CHECK_INT(nango_init(&s->client, &settings), 0);
}

void stage_start(struct stage *s, const struct fake_connection *script, size_t len)
{
    struct nango_tls_settings tls = {.entropy = fake_entropy};
    memset(s, 0, sizeof *s);
    s->fake.script = script;
    s->fake.script_len = len;
    CHECK_INT(nango_tls_init(&s->tls, &tls), 0);
    open_client(s, NANGO_STR(SECRET));
}

void stage_without_key(struct stage *s)
{
    nango_close(&s->client);
    open_client(s, (struct nango_text){NULL, 0});
}

void stage_sent(const struct stage *s, const char *line, const char *body)
{
    const char *end = strstr(s->fake.request, "\r\n\r\n");
    CHECK_MEM(s->fake.request, strlen(line), line, strlen(line));
    if (CHECK(end != NULL)) {
        size_t head = (size_t)(end + 4 - s->fake.request);
        CHECK_MEM(end + 4, s->fake.request_len - head, body, strlen(body));
    }
}

void stage_end(struct stage *s)
{
    static const char zero[sizeof s->work];
    CHECK_MEM(s->work, sizeof s->work, zero, sizeof zero);
    CHECK_INT(nango_poll(&s->client), s->result.error);
    nango_close(&s->client);
    CHECK_INT(s->fake.opened, s->fake.closed);
    nango_tls_free(&s->tls);
}
