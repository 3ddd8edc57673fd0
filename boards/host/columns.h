/* SPDX-License-Identifier: MIT
 *
 * columns: which column of a CSV file is which member. A header names members by their path
 * (credentials.access_token, tags.plan, metadata.site.floor), or has names of its own that
 * `--map NAME=path` translates (`--map NAME=`: left out); `--set path=value` is a member that is
 * the same in every row.
 */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "options.h"

enum { COLUMNS_MAX = 64, COLUMNS_DEPTH = 8 };

enum column_kind {
    COLUMN_TEXT,
    COLUMN_TIME, /* digits only are a number of milliseconds */
    COLUMN_JSON  /* metadata or connection_config as a whole: the cell is JSON */
};

struct column {
    const char *path;
    uint8_t end[COLUMNS_DEPTH]; /* of each of its names, in path */
    uint8_t depth;              /* how many there are */
    uint8_t kind;
    int16_t field;           /* of the row; -1: the same in every row: */
    struct nango_text value; /* this */
};

/* Sorted by path, so that what belongs into one object stands together. */
struct columns {
    struct column list[COLUMNS_MAX];
    unsigned len;
    unsigned fields; /* that a row has */
};

/* No columns. */
void columns_begin(struct columns *c);
/* Adds the field of the header with this name. Returns 0 or an exit code. */
int columns_add(struct columns *c, const struct options *o, struct nango_text name);
/* After the last one: --set, what was mapped and is not there, what is there twice or lacking. */
int columns_end(struct columns *c, const struct options *o);

#endif
