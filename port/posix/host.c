/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "nango_port_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int nango_posix_entropy(void *ctx, void *buf, size_t len)
{
    enum { MOST = 256 }; /* of one getentropy */
    char *to = buf;
    (void)ctx;
    for (size_t n; len > 0; to += n, len -= n) {
        n = len < MOST ? len : MOST;
        if (getentropy(to, n) != 0) {
            return -1;
        }
    }
    return 0;
}

uint64_t nango_posix_time(void *ctx)
{
    time_t now = time(NULL);
    (void)ctx;
    return now > 0 ? (uint64_t)now : 0;
}

/* ctx is the descriptor: a source needs no memory of its own. */
static int read_at(void *ctx, size_t off, void *buf, size_t len)
{
    int fd = (int)(intptr_t)ctx;
    char *to = buf;
    while (len > 0) {
        ssize_t n = pread(fd, to, len, (off_t)off);
        if (n > 0) {
            to += n;
            off += (size_t)n;
            len -= (size_t)n;
        } else if (n == 0) {
            return -1; /* it has become shorter */
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

int nango_posix_file(const char *path, struct nango_source *source)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int rc = fstat(fd, &st) != 0 ? errno : S_ISREG(st.st_mode) ? 0 : EINVAL;
    if (rc != 0) {
        close(fd);
        return rc;
    }
    *source = (struct nango_source){
        .len = (size_t)st.st_size, .read_at = read_at, .ctx = (void *)(intptr_t)fd};
    return 0;
}
