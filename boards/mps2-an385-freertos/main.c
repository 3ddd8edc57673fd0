/* SPDX-License-Identifier: MIT
 *
 * main.c: two tasks of FreeRTOS, each with a client of its own, register a credential each, over
 * port/lwip_sockets and one struct nango_tls that they share.
 *
 *     address by DHCP -> both tasks import at once -> what it took -> sleep
 *
 */
#include "nango.h"

#include <string.h>

#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "board.h"
#include "console.h"
#include "entropy.h"
#include "mbedtls/threading.h"
#include "nango_port_lwip_sockets.h"
#include "net.h"
#include "settings.h"

enum {
    ADDRESS_MS = 30000,
    CLIENTS = 2,
    CLIENT_STACK = 640, /* words */
    MAIN_STACK = 512,
    WORK_LEN = 512,
    ID_CAP = sizeof "device--x" + 16
};

struct device {
    unsigned number;
    int rc;
    char id[ID_CAP];
    struct nango_client client;
    struct nango_lwip_sockets socket;
    struct nango_result result;
    uint8_t work[WORK_LEN];
    TaskHandle_t handle;
    StaticTask_t task;
    StackType_t stack[CLIENT_STACK];
};

static struct nango_tls tls;
static struct device devices[CLIENTS];
__attribute__((section(".arena"), aligned(8))) static uint8_t arena[ARENA_LEN];

static const struct settings *settings;
static TaskHandle_t main_task;

/* ---- what FreeRTOS asks for ---- */

static uint32_t sleep_from, slept_us;

void sleep_begins(void)
{
    sleep_from = board_cycles();
}

void sleep_ends(void)
{
    slept_us += board_cycles_to_us(board_cycles() - sleep_from);
}

_Noreturn void assertion_failed(const char *file, int line)
{
    taskDISABLE_INTERRUPTS();
    console_put(file);
    console_line(": assertion failed, line", line, "");
    board_off(71);
}

void vApplicationStackOverflowHook(TaskHandle_t task, char *name)
{
    (void)task;
    console_put(name);
    console_put(": stack overflow\n");
    board_off(72);
}

/* ---- what Mbed TLS asks for ---- */

static void mutex_init(mbedtls_threading_mutex_t *m)
{
    m->handle = xSemaphoreCreateMutexStatic(&m->memory);
}

static void mutex_free(mbedtls_threading_mutex_t *m)
{
    if (m->handle != NULL) {
        vSemaphoreDelete(m->handle);
        m->handle = NULL;
    }
}

static int mutex_lock(mbedtls_threading_mutex_t *m)
{
    int works = m->handle != NULL && xSemaphoreTake(m->handle, portMAX_DELAY) == pdTRUE;
    return works ? 0 : MBEDTLS_ERR_THREADING_MUTEX_ERROR;
}

static int mutex_unlock(mbedtls_threading_mutex_t *m)
{
    int works = m->handle != NULL && xSemaphoreGive(m->handle) == pdTRUE;
    return works ? 0 : MBEDTLS_ERR_THREADING_MUTEX_ERROR;
}

/* ---- what nango-c and lwIP ask for ---- */

/* Two tasks draw: the clients, in TLS, and lwIP. */
static int entropy(void *ctx, void *buf, size_t len)
{
    taskENTER_CRITICAL();
    int rc = entropy_fill(ctx, buf, len);
    taskEXIT_CRITICAL();
    return rc;
}

uint32_t net_random(void)
{
    uint32_t number = 0;
    (void)entropy(NULL, &number, sizeof number);
    return number;
}

static uint64_t unix_time(void *ctx)
{
    (void)ctx;
    return settings->unix_time == 0
               ? 0
               : settings->unix_time + xTaskGetTickCount() / configTICK_RATE_HZ;
}

static struct nango_text text(const char *z)
{
    return (struct nango_text){z, strlen(z)};
}

/* ---- the tasks ---- */

/* "device-", the chip's id, and the task's number. */
static void make_id(struct device *d)
{
    uint8_t id[8];
    board_id(id);
    memcpy(d->id, "device-", 7);
    for (unsigned i = 0; i < 16; i++) {
        d->id[7 + i] = "0123456789abcdef"[id[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
    }
    d->id[23] = '-';
    d->id[24] = (char)('0' + d->number);
}

static void run_device(void *ctx)
{
    struct device *d = ctx;
    make_id(d);
    d->rc =
        nango_init(&d->client, &(struct nango_settings){.tls = &tls,
                                                        .port = &nango_port_lwip_sockets,
                                                        .port_ctx = &d->socket,
                                                        .host = settings->host,
                                                        .tcp_port = settings->tcp_port,
                                                        .secret_key = text(settings->secret_key),
                                                        .work = d->work,
                                                        .work_cap = sizeof d->work,
                                                        .deadline_ms = settings->deadline_ms});
    struct nango_connection connection = {
        .provider_config_key = text(settings->provider_config_key),
        .connection_id = text(d->id),
        .credentials = {.type = NANGO_API_KEY, .api_key = {.api_key = text(settings->api_key)}},
    };
    d->rc = d->rc == 0 ? nango_import(&d->client, &connection, &d->result) : d->rc;
    nango_close(&d->client);
    xTaskNotifyGive(main_task);
    vTaskSuspend(NULL);
}

static int start_tls(void)
{
    static struct nango_der root;
    root = (struct nango_der){settings->root, settings->root_len};
    mbedtls_threading_set_alt(mutex_init, mutex_free, mutex_lock, mutex_unlock);
    return nango_tls_init(&tls,
                          &(struct nango_tls_settings){.arena = arena,
                                                       .arena_cap = sizeof arena,
                                                       .trust = {.roots = &root, .roots_len = 1},
                                                       .entropy = entropy,
                                                       .unix_time = unix_time,
                                                       .floor_time = settings->floor_time});
}

static int put_result(const struct device *d)
{
    console_put(nango_outcome_name(d->result.outcome));
    console_put(" ");
    console_put(d->id);
    if (d->rc != 0) {
        console_put(": ");
        console_put(nango_error_name(d->rc));
        console_line(", cause", d->result.cause, "");
        console_put(d->result.message);
    }
    console_line("\nstatus", d->result.status, "");
    return d->rc;
}

static uint32_t stack_used(TaskHandle_t task, uint32_t cap)
{
    return cap - uxTaskGetStackHighWaterMark(task) * sizeof(StackType_t);
}

static void put_figure(const char *what, size_t bytes)
{
    console_line(what, (int32_t)bytes, " bytes");
}

static void put_figures(void)
{
    for (unsigned i = 0; i < CLIENTS; i++) {
        put_figure("stack of a client", stack_used(devices[i].handle, sizeof devices[i].stack));
    }
    put_figure("stack of main", stack_used(NULL, MAIN_STACK * sizeof(StackType_t)));
    put_figure("stack of lwIP",
               stack_used(xTaskGetHandle(TCPIP_THREAD_NAME), TCPIP_THREAD_STACKSIZE));
    put_figure("stack of frames", net_stack_used());
    put_figure("stack of interrupts", board_stack_used());
    put_figure("heap of FreeRTOS", configTOTAL_HEAP_SIZE - xPortGetMinimumEverFreeHeapSize());
    put_figure("arena", tls.arena_peak);
}

static int run(void)
{
    entropy_init(settings->entropy);
    net_start();
    if (net_wait_for_address(ADDRESS_MS) != 0) {
        console_put("no address by DHCP\n");
        return 3;
    }
    net_set_dns(settings->dns_server, settings->dns_port);
    int rc = start_tls();
    if (rc != 0) {
        console_put(nango_error_name(rc));
        console_line(", cause", tls.cause, "");
        return 4;
    }
    for (unsigned i = 0; i < CLIENTS; i++) {
        struct device *d = &devices[i];
        d->number = i + 1;
        d->handle = xTaskCreateStatic(run_device, "client", CLIENT_STACK, d, 2, d->stack, &d->task);
    }
    for (unsigned i = 0; i < CLIENTS; i++) {
        (void)ulTaskNotifyTake(pdFALSE, portMAX_DELAY);
    }
    for (unsigned i = 0; i < CLIENTS; i++) {
        rc = put_result(&devices[i]) != 0 ? 1 : rc;
    }
    put_figures();
    uint32_t before = slept_us, from = board_cycles();
    vTaskDelay(pdMS_TO_TICKS(settings->sleep_ms));
    console_put("slept ");
    console_int((int32_t)((slept_us - before) / 1000));
    console_line(" ms of", (int32_t)(board_cycles_to_us(board_cycles() - from) / 1000), " ms");
    return rc;
}

static void run_main(void *ctx)
{
    (void)ctx;
    board_off(run());
}

int main(void)
{
    static StaticTask_t task;
    static StackType_t stack[MAIN_STACK];
    board_init();
    console_put(
        "nango-c " NANGO_VERSION ", example firmware under FreeRTOS " tskKERNEL_VERSION_NUMBER "\n"
        "*** DEMONSTRATION: this board has no source of randomness; TLS is not secret here ***\n");
    settings = settings_read();
    if (settings == NULL) {
        console_put("the settings page is empty or damaged\n");
        return 2;
    }
    main_task = xTaskCreateStatic(run_main, "main", MAIN_STACK, NULL, 1, stack, &task);
    vTaskStartScheduler();
    return 70; /* never */
}
