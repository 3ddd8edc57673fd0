/* SPDX-License-Identifier: MIT
 *
 * unit_host: what unit.h asks of a platform, on POSIX. `unit [WORD]` runs the files whose name has
 * WORD in it.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "unit.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ROOM = 32 << 20 }; /* of a slot; only pages that are touched cost memory */

void unit_put(const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t put = write(STDOUT_FILENO, bytes, len);
        if (put <= 0) {
            abort();
        }
        bytes += put;
        len -= (size_t)put;
    }
}

void *unit_room(int slot, size_t len)
{
    static char *walls[UNIT_SLOTS];
    if (walls[slot] == NULL) {
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        char *room = mmap(NULL, ROOM + page, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (room == MAP_FAILED || mprotect(room + ROOM, page, PROT_NONE) != 0) {
            abort();
        }
        walls[slot] = room + ROOM;
    }
    if (len > ROOM) {
        abort();
    }
    return walls[slot] - len;
}

int main(int argc, char **argv)
{
    return unit_run(argc > 1 ? argv[1] : NULL) > 0;
}
