/* SPDX-License-Identifier: MIT
 *
 * main.c: a device that registers its credential with Nango once, and sleeps.
 *
 *     address by DHCP -> registered already? -> import -> noted in flash -> sleep
 *                                                 ^------ settings.rounds -------'
 *
 */
#include "nango.h"
#include "nango_arena.h"
#include "nango_session.h"

#include <string.h>

#include "board.h"
#include "console.h"
#include "entropy.h"
#include "nango_port_lwip.h"
#include "net.h"
#include "settings.h"
#include "state.h"

enum { ADDRESS_MS = 30000, WORK_LEN = 512, ID_CAP = sizeof "device-" + 16 };

static struct nango_tls tls;
static struct nango_client client;
static struct nango_lwip lwip = {.pump = net_pump, .sleep = net_sleep};
static struct nango_result result;
static uint8_t work[WORK_LEN];
__attribute__((section(".arena"), aligned(8))) static uint8_t arena[NANGO_ARENA_NEED];

#if NANGO_SESSION
/* Belongs into memory that keeps its contents in the deepest sleep. A secret. */
static uint8_t session[NANGO_SESSION_CAP];
static size_t session_len;
#endif

static const struct settings *settings;
static struct state state;

/* The settings' time, going on: a real board asks its RTC. */
static uint64_t unix_time(void *ctx)
{
    (void)ctx;
    return settings->unix_time == 0 ? 0 : settings->unix_time + board_ms() / 1000;
}

static struct nango_text text(const char *z)
{
    return (struct nango_text){z, strlen(z)};
}

/* "device-" and the chip's id: the same at each boot, so that an import after a reset is the
 * same import. */
static struct nango_text device_id(char buf[ID_CAP])
{
    uint8_t id[8];
    board_id(id);
    memcpy(buf, "device-", 7);
    for (unsigned i = 0; i < 16; i++) {
        buf[7 + i] = "0123456789abcdef"[id[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
    }
    return (struct nango_text){buf, 7 + 16};
}

static int start(void)
{
    size_t arena_cap = settings->arena_len != 0 && settings->arena_len < sizeof arena
                           ? settings->arena_len
                           : sizeof arena;
    static struct nango_der root;
    root = (struct nango_der){settings->root, settings->root_len};
    int rc =
        nango_tls_init(&tls, &(struct nango_tls_settings){.arena = arena,
                                                          .arena_cap = arena_cap,
                                                          .trust = {.roots = &root, .roots_len = 1},
                                                          .entropy = entropy_fill,
                                                          .unix_time = unix_time,
                                                          .floor_time = settings->floor_time,
                                                          .keep_session = NANGO_SESSION});
#if NANGO_SESSION
    (void)nango_session_load(&tls, session, session_len);
    memset(session, 0, sizeof session);
#endif
    if (rc == 0) {
        rc = nango_init(&client, &(struct nango_settings){.tls = &tls,
                                                          .port = &nango_port_lwip,
                                                          .port_ctx = &lwip,
                                                          .host = settings->host,
                                                          .tcp_port = settings->tcp_port,
                                                          .secret_key = text(settings->secret_key),
                                                          .work = work,
                                                          .work_cap = sizeof work,
                                                          .deadline_ms = settings->deadline_ms});
    }
    nango_set_failures(&client, state.failures);
    return rc;
}

static void put_result(int rc)
{
    console_put(nango_outcome_name(result.outcome));
    console_put(" ");
    console_text(result.connection_id);
    if (rc != 0) {
        console_put(": ");
        console_put(nango_error_name(rc));
        console_line(", cause", result.cause, "");
        console_put(result.message);
        console_put(result.member);
    }
    console_line("\nstatus", result.status, "");
    console_line("attempts", result.attempts, "");
    console_put(tls.resumed != 0 ? "handshake: resumed\n" : "handshake: full\n");
}

static void put_sleep(const char *what, uint32_t from, uint32_t slept)
{
    console_put(what);
    console_int((int32_t)(board_slept_ms() - slept));
    console_line(" ms of", (int32_t)(board_ms() - from), " ms");
}

/* nango_import(), with a look at the clock: a watchdog must be patient for the longest step.
 * Between the steps the processor sleeps until a frame comes or nango_wake_ms() is over: there is
 * no tick. */
static int import(const struct nango_connection *connection)
{
    uint32_t longest = 0, start = board_ms(), slept = board_slept_ms();
    int rc = nango_import_begin(&client, connection, &result);
    while (rc == 0) {
        uint32_t from = board_cycles();
        int events = nango_poll(&client);
        uint32_t cycles = board_cycles() - from;
        longest = cycles > longest ? cycles : longest;
        if (events <= 0) {
            rc = events;
            break;
        }
        nango_port_lwip.wait(&lwip, events & (NANGO_READ | NANGO_WRITE), nango_wake_ms(&client));
    }
    console_line("longest step", (int32_t)board_cycles_to_us(longest), " us");
    put_sleep("asleep in the import ", start, slept);
    return rc;
}

static int register_once(void)
{
    char id[ID_CAP];
    struct nango_connection connection = {
        .provider_config_key = text(settings->provider_config_key),
        .connection_id = device_id(id),
        .credentials = {.type = NANGO_API_KEY, .api_key = {.api_key = text(settings->api_key)}},
    };
    int rc = import(&connection);
    put_result(rc);
    state.registered = rc == 0 ? settings->crc : 0;
    state.failures = nango_failures(&client);
    state_save(&state);
    return rc;
}

/* Before the deepest sleep: all of TLS is gone then, but for the session. */
static void stop(void)
{
    nango_close(&client);
#if NANGO_SESSION
    session_len = nango_session_save(&tls, session, sizeof session);
#endif
    nango_tls_free(&tls);
}

static void sleep_ms(uint32_t ms)
{
    uint32_t from = board_ms(), slept = board_slept_ms(), passed;
    while ((passed = board_ms() - from) < ms) {
        nango_port_lwip.wait(&lwip, 0, ms - passed);
    }
    put_sleep("slept ", from, slept);
}

int main(void)
{
    board_init();
    console_put(
        "nango-c " NANGO_VERSION ", example firmware\n"
        "*** DEMONSTRATION: this board has no source of randomness; TLS is not secret here ***\n");
    settings = settings_read();
    if (settings == NULL) {
        console_put("the settings page is empty or damaged\n");
        return 2;
    }
    entropy_init(settings->entropy);
    state_load(&state);
    net_init();
    if (net_wait_for_address(ADDRESS_MS) != 0) {
        console_put("no address by DHCP\n");
        return 3;
    }
    net_set_dns(settings->dns_server, settings->dns_port);
    console_put("address ");
    console_put(net_address());
    console_line("\nfailures before", (int32_t)state.failures, "");
    int rc = 0;
    for (unsigned round = 0; rc == 0 && round <= settings->rounds; round++) {
        rc = start();
        if (rc != 0) {
            console_put(nango_error_name(rc));
            console_line(", cause", tls.cause, "");
            return 4;
        }
        if (state.registered == settings->crc && round == 0) {
            console_put("registered already\n");
        } else {
            rc = register_once();
        }
        console_line("stack", (int32_t)board_stack_used(), " bytes");
        stop();
        sleep_ms(settings->sleep_ms);
    }
    return rc == 0 ? 0 : 1;
}
