/* SPDX-License-Identifier: MIT
 *
 * proof: what the harnesses share. What a nondet_ function returns is any value at all; `assume`
 * narrows that down, and what `hold` claims is checked for each value that is left.
 */
#ifndef PROOF_H
#define PROOF_H

#include <stddef.h>
#include <stdint.h>

#define assume(condition) __CPROVER_assume(condition)
#define hold(condition, claim) __CPROVER_assert(condition, claim)

/* The bound of a proof, mostly the bytes of its input. tests/proofs/run gives it. */
#ifndef N
#define N 4
#endif

/* Byte by byte: the built-in models, which copy whole arrays, cost the solver more. C11, 7.24.1:
 * neither pointer may be invalid, not even where len is 0. */
void *memcpy(void *to, const void *from, size_t len)
{
    hold(to != NULL && from != NULL, "memcpy: no null pointer");
    hold(!__CPROVER_same_object(to, from) || len == 0 || (char *)to + len <= (const char *)from ||
             (const char *)from + len <= (char *)to,
         "memcpy: no overlap");
    for (size_t i = 0; i < len; i++) {
        ((char *)to)[i] = ((const char *)from)[i];
    }
    return to;
}

#endif
