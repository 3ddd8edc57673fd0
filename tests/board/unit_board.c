/* SPDX-License-Identifier: MIT
 *
 * unit_board.c: what unit.h asks of a platform, on a board: the same test objects as on a host, but
 * behind a room there is no wall (the host has one).
 */
#include "unit.h"

#include "board.h"

enum { ROOM = 512 * 1024 };

void unit_put(const char *bytes, size_t len)
{
    board_write(bytes, len);
}

void *unit_room(int slot, size_t len)
{
    static uint8_t rooms[UNIT_SLOTS][ROOM];
    if (len > ROOM) {
        unit_put("# a room is too small\n", 22);
        board_off(72);
    }
    return rooms[slot] + (ROOM - len);
}

int main(void)
{
    return unit_run(NULL) > 0;
}
