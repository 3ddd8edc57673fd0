/* SPDX-License-Identifier: MIT
 *
 * console.h: text for people, without printf.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdint.h>

#include "nango.h"

void console_put(const char *text);
void console_text(struct nango_text text);
void console_int(int32_t number);
/* "label: number unit\n" */
void console_line(const char *label, int32_t number, const char *unit);

#endif
