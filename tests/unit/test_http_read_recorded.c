/* SPDX-License-Identifier: MIT
 *
 * http_read: what the real server sent, in every slicing. A file has the answers of one connection,
 * one behind the other. Skipped where the recordings are not beside the project, and on boards.
 */
#define _FILE_OFFSET_BITS 64 /* or readdir fails on a 32-bit machine with a large file system */
#include "http_reading.h"

#include <string.h>

void test_http_read_recorded(void);

#ifdef __unix__

#include <dirent.h>
#include <stdio.h>

#define FOLDER "../shared/recordings"

enum { FILE_CAP = 512 << 10 };

/* What is no whole answer, and what it is. */
static const struct {
    const char *name;
    int error;
} broken[] = {
    {"body-short.response", NANGO_E_HTTP_SILENT},
    {"err-body-over-limit-headers-only.response", NANGO_E_HTTP_SILENT},
    {"err-body-over-limit-expect.response", NANGO_E_HTTP_CUT}, /* a 100 */
    {"body-at-limit.response", NANGO_E_HTTP_CUT},              /* the recording is shortened */
    {"http-head-connections.response", NANGO_E_HTTP_CUT},      /* to HEAD, which is never sent */
    {"http-head-no-auth.response", NANGO_E_HTTP_CUT},
};

static int error_of(const char *name)
{
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        if (strcmp(name, broken[i].name) == 0) {
            return broken[i].error;
        }
    }
    return 0;
}

/* The status of an answer, by another way than the reader's; -1: it is none. */
static int status_of(const char *p)
{
    while (strncmp(p, "HTTP/1.1 1", 10) == 0 && strstr(p, "\r\n\r\n") != NULL) {
        p = strstr(p, "\r\n\r\n") + 4;
    }
    return strncmp(p, "HTTP/1.1 ", 9) != 0
               ? -1
               : (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
}

struct one {
    int rc;
    int status;
};

static void run(void *ctx, struct unit_slices *s)
{
    const struct one *one = ctx;
    struct reading r = {.body = NULL};
    reading_begin(&r);
    reading_slices(&r, s);
    CHECK_INT(r.rc, one->rc);
    CHECK_INT(r.rest, 0);
    if (one->rc == HTTP_END) {
        CHECK_INT(r.http.status, one->status);
    }
}

static void read_answers(const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        struct one one = {.rc = HTTP_END, .status = status_of(text + at)};
        struct reading r = {.body = NULL};
        reading_begin(&r);
        CHECK(one.status >= 200);
        if (!CHECK(reading_feed(&r, text + at, len - at) == HTTP_END ||
                   http_finish(&r.http, 1) == 0)) { /* a bare 400 lasts up to the close */
            return;
        }
        size_t n = len - at - r.rest;
        size_t head = (size_t)(strstr(text + at, "\r\n\r\n") - (text + at)) + 4;
        size_t cuts[] = {head - 2, head, n};
        unit_each_slicing_at(text + at, n, cuts, sizeof cuts / sizeof cuts[0], run, &one);
        at += n;
    }
}

static size_t load(const char *name, char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    FILE *f = fopen(path, "rb");
    size_t len = f != NULL ? fread(text, 1, FILE_CAP - 1, f) : 0;
    if (f != NULL) {
        fclose(f);
    }
    text[len] = '\0';
    return len;
}

void test_http_read_recorded(void)
{
    static char text[FILE_CAP], names[2][256]; /* that of the case before is still needed */
    DIR *dir = opendir(FOLDER);
    unsigned files = 0;
    if (dir == NULL) {
        unit_case("recordings of the real server");
        unit_skip(FOLDER " is not there");
        return;
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char *name = names[files % 2];
        const char *dot = strrchr(entry->d_name, '.');
        if (dot == NULL || strcmp(dot, ".response") != 0) {
            continue;
        }
        snprintf(name, sizeof names[0], "%s", entry->d_name);
        unit_case_of("recording", name);
        size_t len = load(name, text);
        struct one one = {.rc = error_of(name)};
        if (one.rc < 0) {
            unit_each_slicing(text, len, run, &one);
        } else if (CHECK(len > 0)) {
            read_answers(text, len);
        }
        files++;
    }
    closedir(dir);
    unit_case("recordings, all of them");
    CHECK(files > 100);
}

#else

void test_http_read_recorded(void)
{
    unit_case("recordings of the real server");
    unit_skip("there are no files here");
}

#endif
