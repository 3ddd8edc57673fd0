/* SPDX-License-Identifier: MIT
 *
 * fuzz: what the targets share. Each fuzz_X.c is a program of libFuzzer's; what it finds wrong ends
 * it, as a crash does. A slicing is made from the input itself, so an input alone replays a run.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_CHECK(cond) ((cond) ? (void)0 : fuzz_fail(#cond, __FILE__, __LINE__))
_Noreturn void fuzz_fail(const char *what, const char *file, int line);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* A text that grows. */
struct fuzz_text {
    char *ptr;
    size_t len, cap;
};
void fuzz_add(struct fuzz_text *t, const void *bytes, size_t len);
void fuzz_add_number(struct fuzz_text *t, long long number); /* and a ; */
void fuzz_free(struct fuzz_text *t);
int fuzz_same(const struct fuzz_text *a, const struct fuzz_text *b);

/* The numbers that an input stands for. */
uint32_t fuzz_hash(const uint8_t *bytes, size_t len);
uint32_t fuzz_next(uint32_t *seed);

/* Bytes in parts, each in memory of exactly its size. */
enum { FUZZ_WHOLE, FUZZ_BYTES, FUZZ_SHORT, FUZZ_LONG, FUZZ_SLICINGS };
struct fuzz_slices {
    const uint8_t *bytes;
    size_t len;
    int slicing;
    uint32_t seed;
    size_t at;
    char *part;
};
/* The next part; 0: there is none, and the last one's memory is given back. */
int fuzz_slice(struct fuzz_slices *s, const char **part, size_t *len);

#endif
