/* SPDX-License-Identifier: MIT
 *
 * One thread at a time in TLS, where Mbed TLS has no mutex: whoever meets another one there is
 * told. The other thread is played by the entropy hook, which is called from inside.
 */
#include "with.h"

#include <string.h>

static struct tls second;
static int open_result, random_result;
static size_t second_opened;

static int second_thread(void *ctx, void *buf, size_t len)
{
    uint8_t byte;
    (void)ctx;
    memset(buf, 7, len);
    if (second.shared != NULL) {
        open_result = tls_open(&second, 1000);
        random_result = tls_random(second.shared, &byte, 1);
        second_opened = second.opened;
        tls_close(&second);
    }
    return 0;
}

void test_turn(void)
{
    unit_case("a second thread in TLS gets NANGO_E_BUSY, the first goes on");
    with_start(&with_ec);
    with.settings.entropy = second_thread;
    CHECK_INT(nango_tls_init(&with.shared, &with.settings), 0);
    second = with.tls;
    CHECK_INT(with_open(), 1);
    CHECK_INT(open_result, NANGO_E_BUSY);
    CHECK_INT(second.cause, 0);
    CHECK_INT(random_result, NANGO_E_BUSY);
    CHECK_INT(second_opened, 0); /* the port was not asked */

    unit_case("and has its turn when the first one is out of it");
    second.shared = NULL;
    with_stop();
    CHECK_INT(with_open(), 1);
    with_stop();
}
