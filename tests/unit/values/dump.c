/* SPDX-License-Identifier: MIT
 *
 * dump: texts on standard input, each behind its length (4 bytes, the lowest first). For each a
 * line on standard output: the same value as JSON, made of what json_read hands on, or
 * `!ERROR OFFSET`. For test-json-values.mjs.
 */
#include "json_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAP = 1 << 20 };

static char line[6 * CAP];
static size_t line_len;
static char open[NANGO_JSON_DEPTH]; /* what closes each level */
static size_t depth;
static int first = 1; /* no comma before what comes */

static void add(const char *text)
{
    size_t len = strlen(text);
    memcpy(line + line_len, text, len);
    line_len += len;
}

static void add_quoted(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c < 0x20 || c == '"' || c == '\\') {
            line_len += (size_t)sprintf(line + line_len, "\\u%04x", c);
        } else {
            line[line_len++] = (char)c;
        }
    }
}

static void comma(void)
{
    if (!first) {
        add(",");
    }
    first = 0;
}

/* Strings and numbers are told apart at their end, so a piece is kept until then. */
static char scalar[CAP];
static size_t scalar_len;

static int on(void *ctx, enum json_event event, const char *bytes, size_t len)
{
    (void)ctx;
    switch (event) {
    case JSON_KEY:
        comma();
        add("\"");
        add_quoted(bytes, len < JSON_KEY_CAP ? len : JSON_KEY_CAP);
        add("\":");
        first = 1;
        return JSON_TAKE;
    case JSON_OBJECT:
    case JSON_ARRAY:
        comma();
        add(event == JSON_OBJECT ? "{" : "[");
        open[depth++] = event == JSON_OBJECT ? '}' : ']';
        first = 1;
        return JSON_TAKE;
    case JSON_END:
        line[line_len++] = open[--depth];
        first = 0;
        return 0;
    default: break;
    }
    memcpy(scalar + scalar_len, bytes, len);
    scalar_len += len;
    if (event != JSON_TEXT) {
        comma();
        if (event == JSON_STRING) {
            add("\"");
            add_quoted(scalar, scalar_len);
            add("\"");
        } else {
            memcpy(line + line_len, scalar, scalar_len);
            line_len += scalar_len;
        }
        scalar_len = 0;
    }
    return 0;
}

static int read_all(const char *text, size_t len, size_t step, size_t *offset)
{
    static struct json json;
    size_t used, n;
    int error = 0;
    json_init(&json, (struct json_sink){on, NULL});
    for (size_t at = 0; at < len && error == 0; at += n) {
        char *part = NULL;
        n = len - at < step ? len - at : step;
        part = malloc(n); /* of its own, so that a byte too far is seen */
        if (part == NULL) {
            abort();
        }
        memcpy(part, text + at, n);
        error = json_feed(&json, part, n, &used);
        free(part);
    }
    error = json_finish(&json);
    *offset = json.offset;
    return error;
}

/* `dump STEP`: fed in pieces of STEP bytes. */
int main(int argc, char **argv)
{
    static char text[CAP];
    unsigned char head[4];
    size_t step = argc > 1 ? strtoul(argv[1], NULL, 10) : 0, offset;
    while (fread(head, 1, sizeof head, stdin) == sizeof head) {
        size_t len = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16;
        int error;
        if (len > sizeof text || fread(text, 1, len, stdin) != len) {
            return 2;
        }
        line_len = scalar_len = depth = 0;
        first = 1;
        error = read_all(text, len, step > 0 ? step : len, &offset);
        if (error != 0) {
            line_len = (size_t)sprintf(line, "!%d %zu", error, offset);
        }
        line[line_len++] = '\n';
        fwrite(line, 1, line_len, stdout);
    }
    return 0;
}
