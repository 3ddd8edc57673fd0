/* SPDX-License-Identifier: MIT
 *
 * The program's command line: arguments, each ended by a NUL, become a connection, which check
 * judges; no byte of a value that is secret, or may be one, is ever repeated on standard error.
 * @FILE and env:NAME lead to a few files and variables of ours.
 */
#define _GNU_SOURCE
#include "flags.h"
#include "fuzz.h"
#include "secret.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGS_MAX = 40 };
#define SECRET "s3cr3tvalue"

volatile sig_atomic_t nangoc_interrupted;

/* Files a, b and c in a folder of their own; what a name leads to elsewhere is not tried. */
static const char *const files[][2] = {
    {"a", SECRET}, {"b", "user:" SECRET "\r\n"}, {"c", "{\"" SECRET "\":1}"}};
enum { FILES_LEN = sizeof files / sizeof files[0] };
static char folder[200];

static void clean_up(void)
{
    for (size_t i = 0; i < FILES_LEN; i++) {
        unlink(files[i][0]);
    }
    rmdir(folder);
}

static void set_up(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/fuzz-XXXXXX", tmp != NULL ? tmp : "/tmp");
    FUZZ_CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0);
    atexit(clean_up);
    for (size_t i = 0; i < FILES_LEN; i++) {
        int fd = open(files[i][0], O_WRONLY | O_CREAT, 0600);
        size_t len = strlen(files[i][1]);
        FUZZ_CHECK(write(fd, files[i][1], len) == (ssize_t)len && close(fd) == 0);
    }
}

static char *args[ARGS_MAX + 2];
static char text[4096];

static int split(const uint8_t *bytes, size_t len)
{
    size_t n = 0;
    if (len >= sizeof text || memmem(bytes, len, SECRET, strlen(SECRET)) != NULL) {
        return 0;
    }
    memcpy(text, bytes, len);
    text[len] = 0;
    args[n++] = (char[]){"nangoc"};
    for (char *p = text; p < text + len && n <= ARGS_MAX; p += strlen(p) + 1) {
        const char *at = strchr(p, '@');
        if (at != NULL && strchr(at, '/') != NULL) {
            return 0;
        }
        args[n++] = p;
    }
    args[n] = NULL;
    return 1;
}

static void check(const struct options *o)
{
    static struct flags f;
    struct nango_result r;
    memset(&f, 0, sizeof f);
    if (flags_read(&f, o, NULL, 1) == 0) {
        nango_check(&f.connection, NULL, 0, &r);
        FUZZ_CHECK(r.error <= 0);
    }
    for (int i = 0; i < 2; i++) {
        if (f.files[i].fd > STDERR_FILENO) {
            close(f.files[i].fd);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static int is_set_up;
    static struct options o;
    if (!is_set_up) {
        set_up();
        is_set_up = 1;
    }
    if (!split(bytes, len)) {
        return 0;
    }
    setenv("S", SECRET, 1);
    print_err = (struct printer){.fd = -1};
    memset(&o, 0, sizeof o);
    if (options_parse(&o, args) == 0 && o.given_len > 0) {
        check(&o);
    }
    FUZZ_CHECK(print_err.len <= sizeof print_err.buf);
    FUZZ_CHECK(memmem(print_err.buf, print_err.len, SECRET, strlen(SECRET)) == NULL);
    secret_wipe();
    return 0;
}
