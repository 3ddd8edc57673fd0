/* SPDX-License-Identifier: MIT
 *
 * source: parts of files as struct nango_source, read where they stand.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "nangoc.h"

#include <sys/types.h>

struct source_file {
    const char *name;
    int fd;
    off_t at; /* of the part's first byte */
};

/* For nango_source.read_at; ctx is a struct source_file. Returns 0, an errno, or -1: the file has
 * become shorter. */
int source_read_at(void *ctx, size_t off, void *buf, size_t len);

/* Opens a whole regular file. Returns 0; > 0: an errno; -1: it is no regular file (f->fd is open).
 * */
int source_open(struct source_file *f, const char *path, struct nango_source *source);

#endif
