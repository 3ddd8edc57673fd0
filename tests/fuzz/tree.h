/* SPDX-License-Identifier: MIT
 *
 * tree: a second reader of JSON, made to be compared with json_read: it has the whole text, goes
 * down it by recursion, and decodes characters to code points and back. What it read it writes
 * down in a form that each document has once:
 *
 *     {K2:id#1.5K1:as3:a"b[ntf]}
 *
 * K: a name (its length, at most JSON_KEY_CAP + 1, and as many bytes as that has, at most
 * JSON_KEY_CAP); s: a string; #: a number as it stands; n t f: the literals.
 */
#ifndef TREE_H
#define TREE_H

#include "fuzz.h"

/* Is it JSON, no deeper than depth_max? If not, what is in *out is of no use. */
int tree_read(const char *text, size_t len, unsigned depth_max, struct fuzz_text *out);

/* The same form, for whoever has the parts. */
void tree_name(struct fuzz_text *out, const char *bytes, size_t len);
void tree_string(struct fuzz_text *out, const char *bytes, size_t len);

#endif
