/* SPDX-License-Identifier: MIT
 *
 * source: parts of files as struct nango_source, read where they stand.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "nangoc.h"

#include <sys/types.h>

enum { SOURCE_CACHE = 2048 };

struct source_file {
    int fd;
    off_t at; /* of the part's first byte */
    /* What was read last: the library asks for a few bytes at a time. */
    off_t cache_at;
    size_t cache_len;
    char cache[SOURCE_CACHE];
};

/* For nango_source.read_at; ctx is a struct source_file. Returns 0, an errno, or -1: the file has
 * become shorter. */
int source_read_at(void *ctx, size_t off, void *buf, size_t len);

/* What was read may have been a secret. */
void source_wipe(struct source_file *f);

/* Opens a whole regular file. Returns 0; > 0: an errno; -1: it is no regular file (f->fd is open).
 * */
int source_open(struct source_file *f, const char *path, struct nango_source *source);

#endif
