/* SPDX-License-Identifier: MIT
 *
 * string.c: what an image uses of <string.h>, for size: newlib's own are for speed and take 1,200
 * bytes. Compiled by itself, so that no loop in here becomes a call of what it is in.
 */
#include <stdint.h>
#include <string.h>

typedef uint32_t __attribute__((may_alias)) word;

/* Upwards. Words, where both are aligned: Mbed TLS's numbers are. */
static void copy(uint8_t *to, const uint8_t *from, size_t len)
{
    if (((uintptr_t)to | (uintptr_t)from) % sizeof(word) == 0) {
        for (; len >= sizeof(word); len -= sizeof(word)) {
            *(word *)(void *)to = *(const word *)(const void *)from;
            to += sizeof(word);
            from += sizeof(word);
        }
    }
    while (len-- > 0) {
        *to++ = *from++;
    }
}

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    copy(to, from, len);
    return to;
}

void *memmove(void *to, const void *from, size_t len)
{
    if ((uintptr_t)to - (uintptr_t)from >= len) {
        copy(to, from, len);
    } else {
        while (len-- > 0) {
            ((uint8_t *)to)[len] = ((const uint8_t *)from)[len];
        }
    }
    return to;
}

void *memset(void *to, int octet, size_t len)
{
    for (uint8_t *at = to; len > 0; len--) {
        *at++ = (uint8_t)octet;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const uint8_t *one = a, *other = b;
    for (; len > 0; len--, one++, other++) {
        if (*one != *other) {
            return *one - *other;
        }
    }
    return 0;
}

void *memchr(const void *at, int octet, size_t len)
{
    for (const uint8_t *one = at; len > 0; len--, one++) {
        if (*one == (uint8_t)octet) {
            return (void *)(uintptr_t)one;
        }
    }
    return NULL;
}

size_t strlen(const char *text)
{
    size_t len = 0;
    while (text[len] != '\0') {
        len++;
    }
    return len;
}

char *strchr(const char *text, int c)
{
    return memchr(text, c, strlen(text) + 1);
}
