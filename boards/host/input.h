/* SPDX-License-Identifier: MIT
 *
 * input: JSON Lines, or one JSON object over several lines, from a file or a pipe.
 *
 * Of a file only the ends of lines are looked for; a line is a source that is read where it stands,
 * so it may be of any length. What cannot be read twice (a pipe) is kept while it is needed: its
 * lines may have up to INPUT_PIPE_CAP bytes; a longer one is refused, and the next one comes.
 */
#ifndef INPUT_H
#define INPUT_H

#include "source.h"

enum { INPUT_PIPE_CAP = 1024 * 1024, INPUT_BLOCK = 4096 };

struct input {
    const char *name;
    int fd;
    uint8_t is_pipe;
    uint8_t ended;  /* of a pipe: it has no more */
    uint8_t begun;  /* the byte order mark has been looked for */
    uint8_t judged; /* one document, or lines? */
    unsigned line;  /* the number of the next line, and where it begins */
    off_t at;
    const char *block; /* of a file a part of it, of a pipe what has come and is not done with */
    off_t block_at;
    size_t block_len;
};

struct input_line {
    struct nango_source source;
    struct source_file file;
    const char *name;
    unsigned number;
};

/* path: "-" is standard input. */
int input_open(struct input *in, const char *path);
/* The next line that is not blank; good until the next call. 1: it is there. 0: no more. -1: the
 * line is too long, and only its number is there. Else an exit code. */
int input_next(struct input *in, struct input_line *line);
void input_close(struct input *in);

/* Where a byte of a source stands: *line is moved on, *column is set (counted from 1, in
 * characters); neither, where the source cannot be read again. */
void input_locate(const struct nango_source *source, size_t offset, unsigned *line,
                  unsigned *column);

#endif
