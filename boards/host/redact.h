/* SPDX-License-Identifier: MIT
 *
 * redact: words of a server may repeat what it was sent. Before they are shown they are held
 * against all that is secret in this run.
 */
#ifndef REDACT_H
#define REDACT_H

#include "nangoc.h"

/* How much of the text can be shown: it is cut before the first 8 bytes that stand in a secret too:
 * one of secret.h, or a string of the credentials of this body (NULL: there is none). */
size_t redact(const char *text, size_t len, const struct nango_source *body);

#endif
