/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file's bytes from `at` on, as many as stand in the cache then. */
static int fill(struct source_file *f, off_t at)
{
    if (at >= f->cache_at && at < f->cache_at + (off_t)f->cache_len) {
        return 0;
    }
    for (;;) {
        ssize_t n = pread(f->fd, f->cache, sizeof f->cache, at);
        if (n >= 0) {
            f->cache_at = at;
            f->cache_len = (size_t)n;
            return n > 0 ? 0 : -1;
        }
        if (errno != EINTR) {
            return errno;
        }
    }
}

int source_read_at(void *ctx, size_t off, void *buf, size_t len)
{
    struct source_file *f = ctx;
    char *to = buf;
    off_t at = f->at + (off_t)off;
    while (len > 0) {
        int rc = fill(f, at);
        if (rc != 0) {
            return rc;
        }
        size_t from = (size_t)(at - f->cache_at);
        size_t n = f->cache_len - from < len ? f->cache_len - from : len;
        memcpy(to, f->cache + from, n);
        to += n;
        at += (off_t)n;
        len -= n;
    }
    return 0;
}

void source_wipe(struct source_file *f)
{
    volatile char *p = f->cache;
    while (f->cache_len > 0) {
        p[--f->cache_len] = 0;
    }
}

int source_open(struct source_file *f, const char *path, struct nango_source *source)
{
    struct stat st;
    f->fd = open(path, O_RDONLY | O_CLOEXEC);
    f->at = 0;
    f->cache_len = 0;
    if (f->fd < 0 || fstat(f->fd, &st) != 0) {
        return errno;
    }
    if (!S_ISREG(st.st_mode)) {
        return -1;
    }
    *source = (struct nango_source){.len = (size_t)st.st_size, .read_at = source_read_at, .ctx = f};
    return 0;
}
