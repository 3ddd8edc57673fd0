/* SPDX-License-Identifier: MIT
 *
 * unit: the checks of tests that run on a host and on a board alike: no heap, no stdio, no libc but
 * <string.h>.
 *
 * A file test_X.c has one `void test_X(void)`, which the build finds. It names its cases; a case
 * lasts until the next one:
 *
 *     void test_out(void)
 *     {
 *         unit_case("out_string escapes what RFC 8259 section 7 says");
 *         CHECK_INT(out_len(), 12);
 *     }
 *
 * Each case prints one line when it has ended: `ok - X: name`, or `not ok - X: name: file:line:
 * why` with the first check that failed (the others follow as `# ...`). A case without a check has
 * failed. Checks go on after a failure and are expressions: `if (!CHECK(p != NULL)) return;`.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stddef.h>
#include <stdint.h>

/* The name must last until the next case. */
void unit_case(const char *name);
/* The same with a second part, for tables: "name: part". */
void unit_case_of(const char *name, const char *part);
/* Ends the case as skipped, with the reason: `ok - X: name # SKIP why`. */
void unit_skip(const char *why);

#define CHECK(cond) unit_check((cond) != 0, #cond, __FILE__, __LINE__)
#define CHECK_INT(got, want) \
    unit_check_int((int64_t)(got), (int64_t)(want), #got, __FILE__, __LINE__)
#define CHECK_MEM(got, got_len, want, want_len) \
    unit_check_mem((got), (got_len), (want), (want_len), #got, __FILE__, __LINE__)
/* want: a string literal */
#define CHECK_TEXT(got, got_len, want) \
    unit_check_mem((got), (got_len), (want), sizeof(want) - 1, #got, __FILE__, __LINE__)

int unit_check(int ok, const char *what, const char *file, int line);
int unit_check_int(int64_t got, int64_t want, const char *what, const char *file, int line);
int unit_check_mem(const void *got, size_t got_len, const void *want, size_t want_len,
                   const char *what, const char *file, int line);

/* ---- memory that ends at a wall ---------------------------------------------------------------
 * len bytes of which the first beyond the end cannot be read or written (a PROT_NONE page on a
 * host; on a board plain memory). The slots are independent of each other; a later call for the
 * same slot takes the memory back. UNIT_SLICES and UNIT_WINDOWS belong to the drivers below. */
enum { UNIT_A, UNIT_B, UNIT_C, UNIT_SLICES, UNIT_WINDOWS, UNIT_SLOTS };
void *unit_room(int slot, size_t len);
/* A copy of bytes in such memory. */
void *unit_guard(int slot, const void *bytes, size_t len);

/* ---- readers: every slicing -------------------------------------------------------------------
 * Runs a reader over bytes in every slicing: whole; byte by byte; in two
 * parts, split at each place (up to 8 KB; above that in steps of 7 and of 1024, and split at the
 * places that unit_cuts lists, one before and one behind each). A part lies in memory that ends at
 * a wall. `run` starts a reader and feeds it until there is no more:
 *
 *     static void run(void *ctx, struct unit_slices *s)
 *     {
 *         struct json j;
 *         const char *part;
 *         size_t len, used;
 *         json_init(&j, sink);
 *         while (unit_slice(s, &part, &len)) {
 *             if (!CHECK_INT(json_feed(&j, part, len, &used), 0)) break;
 *         }
 *         CHECK_INT(json_finish(&j), 0);
 *     }
 *
 * A failed check names the slicing in which it failed. An empty text has one slicing, of no part.
 * */
struct unit_slices {
    const char *bytes;
    size_t len;
    size_t at;    /* of the next part */
    size_t first; /* length of the first part; the later ones have `step` */
    size_t step;
};
int unit_slice(struct unit_slices *s, const char **part, size_t *part_len);
void unit_each_slicing(const void *bytes, size_t len, void (*run)(void *ctx, struct unit_slices *s),
                       void *ctx);
void unit_each_slicing_at(const void *bytes, size_t len, const size_t *cuts, size_t cuts_len,
                          void (*run)(void *ctx, struct unit_slices *s), void *ctx);

/* ---- writers: every window --------------------------------------------------------------------
 * Holds a writer ("snprintf with an offset": puts [off, off + cap) of its text into buf, returns
 * the whole length) against the text that it should write: its length at cap 0, and for windows of
 * 1 .. want_len bytes the joined parts. Above 8 KB: windows of 1, 7, 1024 and want_len. Each window
 * ends at a wall. */
void unit_each_window(size_t (*write)(void *ctx, size_t off, char *buf, size_t cap), void *ctx,
                      const void *want, size_t want_len);

/* ---- what a host or a board gives -------------------------------------------------------------
 * unit_host.c has them for hosts. */
void unit_put(const char *bytes, size_t len); /* the only way out */
struct unit_file {
    const char *name; /* "test_X"; NULL ends the list */
    void (*run)(void);
};
extern const struct unit_file unit_files[]; /* the build makes it */
/* Runs the files whose name has `only` in it (NULL: all). Returns how many cases failed. */
int unit_run(const char *only);

#endif
