/* SPDX-License-Identifier: MIT */
#include "json_log.h"

#include "unit.h"

#include <string.h>

static void add(char *to, size_t *len, const char *bytes, size_t n)
{
    if (n > 0 && CHECK(n <= JSON_LOG_CAP - *len)) {
        memcpy(to + *len, bytes, n);
        *len += n;
    }
}

static int answer(struct json_log *log, enum json_event event, const char *bytes, size_t len)
{
    int open = log->next_open;
    switch (event) {
    case JSON_KEY:
        log->next_open = len && *bytes == '~'   ? JSON_RAW
                         : len && *bytes == '+' ? JSON_RAW | JSON_TAKE
                                                : log->open;
        return len && *bytes == '-' ? JSON_SKIP : JSON_TAKE;
    case JSON_OBJECT:
    case JSON_ARRAY: log->next_open = log->open; return open;
    default: return JSON_SKIP;
    }
}

static int on(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    static const char *const ends[] = {"=", "{", "[", "].", "", "# ", "# ", "# ", "# ", "\" ", ""};
    struct json_log *log = ctx;
    size_t kept = event == JSON_KEY && len > JSON_KEY_CAP ? JSON_KEY_CAP : len;
    log->events++;
    if (log->fail_at && log->events >= log->fail_at) {
        log->late += log->events > log->fail_at;
        log->fail_offset = log->json->offset;
        return log->fail_with;
    }
    if (event == JSON_SPAN) {
        add(log->raw, &log->raw_len, bytes, len);
        return 0;
    }
    add(log->text, &log->len, bytes, kept);
    add(log->text, &log->len, ends[event], strlen(ends[event]));
    switch (event) {
    case JSON_KEY: log->name_at = log->json->offset; break;
    case JSON_OBJECT:
    case JSON_ARRAY: log->open_at = log->json->offset; break;
    case JSON_END: log->close_at = log->json->offset; break;
    default: log->text_at = log->json->offset; break;
    }
    return answer(log, event, bytes, len);
}

void json_log_init(struct json_log *log, struct json *json, int open)
{
    memset(log, 0, sizeof *log);
    log->json = json;
    log->open = log->next_open = open;
    json_init(json, (struct json_sink){on, log});
}
