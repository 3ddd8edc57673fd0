/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int source_read_at(void *ctx, size_t off, void *buf, size_t len)
{
    const struct source_file *f = ctx;
    char *to = buf;
    while (len > 0) {
        ssize_t n = pread(f->fd, to, len, f->at + (off_t)off);
        if (n > 0) {
            to += n;
            off += (size_t)n;
            len -= (size_t)n;
        } else if (n == 0) {
            return -1;
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

int source_open(struct source_file *f, const char *path, struct nango_source *source)
{
    struct stat st;
    *f = (struct source_file){.name = path, .fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (f->fd < 0 || fstat(f->fd, &st) != 0) {
        return errno;
    }
    if (!S_ISREG(st.st_mode)) {
        return -1;
    }
    *source = (struct nango_source){.len = (size_t)st.st_size, .read_at = source_read_at, .ctx = f};
    return 0;
}
