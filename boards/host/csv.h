/* SPDX-License-Identifier: MIT
 *
 * csv: a row of a CSV file (RFC 4180) as the JSON text of a connection: a source that is written
 * anew from the row each time that a part of it is read. So a row may be of any length.
 *
 * An empty cell is a member that is left out, unless --keep-empty. A cell is text; an expires_at of
 * digits only is a number; metadata and connection_config as a whole are JSON.
 */
#ifndef CSV_H
#define CSV_H

#include "columns.h"
#include "input.h"

enum { CSV_CACHE = 1024 };

struct csv_row {
    const struct nango_source *text; /* the row as it stands */
    struct {
        size_t at, len; /* between its quotes */
        uint8_t quoted;
    } field[COLUMNS_MAX];
    size_t cache_at, cache_len; /* of the JSON text */
    char cache[CSV_CACHE];
};

/* Is this input CSV? By --format, else by its name. Sets in->is_csv and the delimiter. Returns 0 or
 * an exit code. */
int csv_recognise(const struct options *o, struct input *in);
/* The first row. Returns 0 or an exit code. */
int csv_header(const struct options *o, const struct input *in, const struct input_line *line);
/* Makes *json of the row at row->text. 0, or an enum nango_error; *offset says where in the row,
 * *member which. */
int csv_read(const struct input *in, struct csv_row *row, struct nango_source *json, size_t *offset,
             const char **member);

#endif
