/* SPDX-License-Identifier: MIT
 *
 * secret: values that are read from files and the environment, in one static room that is wiped at
 * the end. A command line can be read by every user of a machine (ps, /proc/PID/cmdline) and stays
 * in the shell's history; so a secret never stands there.
 */
#ifndef SECRET_H
#define SECRET_H

#include "nangoc.h"

/* No core files, no reading of this process by others of the same user. */
void secret_harden(void);

/* The value that a flag names: @FILE, @- (standard input, for one flag), env:NAME (taken out of the
 * process's environment). One final line end is dropped. is_secret: anything else is refused; else
 * it is the value itself, and @@... is one that begins with @. */
int secret_value(const char *flag, const char *given, int is_secret, struct nango_text *value);

/* The value of NANGO_SECRET_KEY, ptr NULL if it is not set. Takes it and all NANGO_SECRET_KEY_...
 * out of the environment. */
int secret_key_from_environment(struct nango_text *value);

/* All of a descriptor that cannot be read twice, into the room. what: for the error. */
int secret_read_all(int fd, const char *what, struct nango_text *value);

/* Of the members of credentials all are secret but a few. */
int secret_is_public(const char *member, size_t len);

/* The values that may never be shown; what secret_value and the environment gave is among them, a
 * part that is a secret of its own is added. */
void secret_keep(struct nango_text value);
size_t secret_count(void);
struct nango_text secret_at(size_t i);

void secret_wipe(void);

#endif
