/* SPDX-License-Identifier: MIT
 *
 * The program's JSON Lines: the same lines from a file and from a pipe, and those that a simple
 * splitter finds; or the whole, where it is one document over several lines.
 */
#define _GNU_SOURCE
#include "fuzz.h"
#include "input.h"
#include "out.h"
#include "tree.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

volatile sig_atomic_t nangoc_interrupted;

static void add_line(struct fuzz_text *lines, unsigned number, const char *bytes, size_t len)
{
    fuzz_add_number(lines, number);
    fuzz_add_number(lines, (long long)len);
    fuzz_add(lines, bytes, len);
}

/* All lines that input.c finds. */
static struct fuzz_text find(int fd)
{
    static struct input in;
    static struct input_line line;
    static char bytes[65536];
    struct fuzz_text lines = {NULL, 0, 0};
    int rc;
    FUZZ_CHECK(dup2(fd, STDIN_FILENO) == STDIN_FILENO && close(fd) == 0);
    FUZZ_CHECK(input_open(&in, "-") == 0);
    while ((rc = input_next(&in, &line)) == 1) {
        unsigned number = line.number, column = 0;
        FUZZ_CHECK(line.source.len <= sizeof bytes);
        FUZZ_CHECK(out_read(&line.source, 0, bytes, line.source.len) == 0);
        add_line(&lines, line.number, bytes, line.source.len);
        input_locate(&line.source, line.source.len / 2, &number, &column);
        FUZZ_CHECK(number >= line.number && column >= 1);
        fuzz_add_number(&lines, column);
    }
    FUZZ_CHECK(rc == 0);
    input_close(&in);
    return lines;
}

static unsigned column_of(const char *line, size_t len)
{
    unsigned column = 1;
    for (size_t i = 0; i < len / 2; i++) {
        column += ((unsigned char)line[i] & 0xc0) != 0x80;
    }
    return column;
}

struct split {
    struct fuzz_text lines; /* each by itself */
    struct fuzz_text all;   /* as one document, from the first that is not blank to the end */
    int first, second;      /* is the line JSON? */
    unsigned count;
};

static int is_json(const char *text, size_t len)
{
    struct fuzz_text tree = {NULL, 0, 0};
    int is = tree_read(text, len, NANGO_JSON_DEPTH, &tree);
    fuzz_free(&tree);
    return is;
}

static void take(struct split *s, unsigned number, const char *p, size_t len, const char *end)
{
    add_line(&s->lines, number, p, len);
    fuzz_add_number(&s->lines, column_of(p, len));
    if (s->count == 0) {
        const char *middle = p + (end - p) / 2, *line = middle;
        while (line > p && line[-1] != '\n') {
            line--;
        }
        add_line(&s->all, number, p, (size_t)(end - p));
        fuzz_add_number(&s->all, column_of(line, 2 * (size_t)(middle - line)));
        s->first = is_json(p, len);
    } else if (s->count == 1) {
        s->second = is_json(p, len);
    }
    s->count++;
}

static struct split split(const char *p, size_t len)
{
    struct split s = {.count = 0};
    const char *end = p + len;
    p += len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (unsigned number = 1; p < end; number++) {
        const char *feed = memchr(p, '\n', (size_t)(end - p));
        size_t n = feed != NULL ? (size_t)(feed - p) : (size_t)(end - p), blank = 0;
        while (blank < n && (p[blank] == ' ' || p[blank] == '\t' || p[blank] == '\r')) {
            blank++;
        }
        if (blank < n) {
            take(&s, number, p, n, end);
        }
        p += feed != NULL ? n + 1 : n;
    }
    return s;
}

/* Where the whole is JSON over several lines, it is one document; where it is not, it may be taken
 * for one only if neither of its first two lines is a document by itself. */
static void compare(const struct fuzz_text *found, const struct split *s, int is_document)
{
    FUZZ_CHECK(fuzz_same(found, &s->all) || fuzz_same(found, &s->lines));
    FUZZ_CHECK(fuzz_same(found, &s->lines) || (!s->first && !s->second));
    FUZZ_CHECK(fuzz_same(found, &s->all) || !is_document || s->second || s->count < 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    int fds[2], file = memfd_create("input", 0);
    if (len > 60000) { /* what a pipe holds */
        close(file);
        return 0;
    }
    FUZZ_CHECK(file >= 0 && pipe(fds) == 0);
    FUZZ_CHECK(write(file, bytes, len) == (ssize_t)len && lseek(file, 0, SEEK_SET) == 0);
    FUZZ_CHECK(write(fds[1], bytes, len) == (ssize_t)len && close(fds[1]) == 0);
    struct fuzz_text from_file = find(file), from_pipe = find(fds[0]);
    struct split s = split((const char *)bytes, len);
    size_t mark = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    FUZZ_CHECK(fuzz_same(&from_file, &from_pipe));
    compare(&from_file, &s, is_json((const char *)bytes + mark, len - mark));
    fuzz_free(&from_file);
    fuzz_free(&from_pipe);
    fuzz_free(&s.lines);
    fuzz_free(&s.all);
    return 0;
}
