/* SPDX-License-Identifier: MIT */
#include "console.h"

#include <string.h>

#include "board.h"

void console_put(const char *text)
{
    board_write(text, strlen(text));
}

void console_text(struct nango_text text)
{
    board_write(text.ptr, text.len);
}

void console_int(int32_t number)
{
    char digits[11];
    size_t at = sizeof digits;
    uint32_t rest = number < 0 ? 0 - (uint32_t)number : (uint32_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        digits[--at] = '-';
    }
    board_write(digits + at, sizeof digits - at);
}

void console_line(const char *label, int32_t number, const char *unit)
{
    console_put(label);
    console_put(": ");
    console_int(number);
    console_put(unit);
    console_put("\n");
}
