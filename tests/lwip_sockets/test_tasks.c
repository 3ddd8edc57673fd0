/* SPDX-License-Identifier: MIT
 *
 * Several tasks, each with a client of its own, on one struct nango_tls: real TLS over lwIP's
 * sockets, with the mutexes of MBEDTLS_THREADING_ALT.
 */
#include "nango.h"
#include "nango_port_posix.h"
#include "server.h"
#include "stage.h"
#include "unit.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <mbedtls/threading.h>

enum { TASKS = 6, IMPORTS = 4, ARENA = 65536 * TASKS, TASK_STACK = 512 * 1024 };

static struct nango_tls tls;
static uint8_t arena[ARENA];
static struct cert root, leaf;

/* ---- an operating system's mutexes ---- */

static void mutex_init(mbedtls_threading_mutex_t *m)
{
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
    m->made = pthread_mutex_init(&m->mutex, &kind) == 0;
    pthread_mutexattr_destroy(&kind);
}

static void mutex_free(mbedtls_threading_mutex_t *m)
{
    if (m->made) {
        pthread_mutex_destroy(&m->mutex);
        m->made = 0;
    }
}

static int mutex_lock(mbedtls_threading_mutex_t *m)
{
    int works = m->made && pthread_mutex_lock(&m->mutex) == 0;
    return works ? 0 : MBEDTLS_ERR_THREADING_MUTEX_ERROR;
}

static int mutex_unlock(mbedtls_threading_mutex_t *m)
{
    int works = m->made && pthread_mutex_unlock(&m->mutex) == 0;
    return works ? 0 : MBEDTLS_ERR_THREADING_MUTEX_ERROR;
}

/* ---- the tasks ---- */

static uint64_t unix_time(void *ctx)
{
    (void)ctx;
    return CERT_NOW;
}

static int start_tls(void)
{
    static struct nango_der trusted;
    trusted = (struct nango_der){root.der, root.der_len};
    return nango_tls_init(&tls, &(struct nango_tls_settings){.arena = arena,
                                                             .arena_cap = sizeof arena,
                                                             .trust = {&trusted, 1, {0}, NULL, 0},
                                                             .entropy = nango_posix_entropy,
                                                             .unix_time = unix_time});
}

struct task {
    unsigned number;
    sys_sem_t start, ended; /* lwIP's need only count to 1 */
    unsigned done;          /* imports */
    int error;              /* of the first that was not */
    int cause;
};

/* One import on a connection of its own, or two on a kept one. */
static void import(struct task *t, struct nango_client *client, unsigned number)
{
    struct nango_result result;
    char id[32], key[32];
    snprintf(id, sizeof id, "task-%u-%u", t->number, number);
    snprintf(key, sizeof key, "key-%u-%u", t->number, number);
    struct nango_connection c = {
        .provider_config_key = NANGO_STR("apify"),
        .connection_id = {id, strlen(id)},
        .credentials = {.type = NANGO_API_KEY, .api_key = {{key, strlen(key)}}},
    };
    int rc = nango_import(client, &c, &result);
    t->done += rc == 0;
    if (rc != 0 && t->error == 0) {
        t->error = rc;
        t->cause = result.cause;
    }
}

static void run(void *arg)
{
    struct task *t = arg;
    struct nango_lwip_sockets ctx = {.fd = 0};
    struct nango_client client;
    uint8_t work[1024];
    struct nango_settings s = {.tls = &tls,
                               .port = &nango_port_lwip_sockets,
                               .port_ctx = &ctx,
                               .host = "peer.test",
                               .tcp_port = SERVER_PORT,
                               .secret_key = NANGO_STR("c2f40b6b-0f3d-4b9a-9f5e-3d1c9a7f2b11"),
                               .work = work,
                               .work_cap = sizeof work,
                               .deadline_ms = 60000};
    sys_arch_sem_wait(&t->start, 0);
    for (unsigned i = 0; i < IMPORTS; i += 2) {
        int rc = nango_init(&client, &s);
        t->error = t->error != 0 ? t->error : rc;
        import(t, &client, i);
        import(t, &client, i + 1);
        nango_close(&client);
    }
    sys_sem_signal(&t->ended);
}

static void test_at_once(void)
{
    static struct task tasks[TASKS];
    const struct server_row *rows;
    unsigned most;
    unit_case("six tasks import at once over TLS, each what is its own");
    for (unsigned i = 0; i < TASKS; i++) {
        tasks[i] = (struct task){.number = i};
        sys_sem_new(&tasks[i].start, 0);
        sys_sem_new(&tasks[i].ended, 0);
        sys_thread_new("client", run, &tasks[i], TASK_STACK, 0);
    }
    for (unsigned i = 0; i < TASKS; i++) {
        sys_sem_signal(&tasks[i].start);
    }
    for (unsigned i = 0; i < TASKS; i++) {
        sys_arch_sem_wait(&tasks[i].ended, 0);
        sys_sem_free(&tasks[i].start);
        sys_sem_free(&tasks[i].ended);
    }
    for (unsigned i = 0; i < TASKS; i++) {
        CHECK_INT(tasks[i].error, 0);
        CHECK_INT(tasks[i].cause, 0);
        CHECK_INT(tasks[i].done, IMPORTS);
    }
    CHECK_INT(server_rows(&rows, &most), TASKS * IMPORTS);
    for (unsigned i = 0; i < TASKS * IMPORTS; i++) {
        CHECK_INT(rows[i].posts, 1);
        CHECK(strncmp(rows[i].id, "task-", 5) == 0 && strncmp(rows[i].key, "key-", 4) == 0);
        CHECK(strcmp(rows[i].id + 5, rows[i].key + 4) == 0);
    }
    CHECK(most > 1); /* they did overlap */
}

void test_tasks(void)
{
    stage_start();
    cert_make(&root, &(struct cert_spec){.name = "root", .key = CERT_P256, .ca = 1}, 0, NULL);
    cert_make(&leaf,
              &(struct cert_spec){.name = "peer.test", .key = CERT_P256, .san = "DNS:peer.test"}, 1,
              &root);

    unit_case("MBEDTLS_THREADING_ALT without mbedtls_threading_set_alt() is a setting that lacks");
    CHECK_INT(start_tls(), NANGO_E_SETTINGS);
    CHECK_INT(tls.cause, MBEDTLS_ERR_THREADING_BAD_INPUT_DATA);

    mbedtls_threading_set_alt(mutex_init, mutex_free, mutex_lock, mutex_unlock);
    if (!CHECK_INT(start_tls(), 0)) {
        return;
    }
    server_start(&leaf);
    test_at_once();

    unit_case("the arena is back at its start, and wiped by nango_tls_free");
    nango_tls_free(&tls);
    unsigned left = 0;
    for (size_t i = 0; i < sizeof arena; i++) {
        left += arena[i] != 0;
    }
    CHECK_INT(left, 0);
    mbedtls_threading_free_alt();
    cert_free(&root);
    cert_free(&leaf);
    cert_end();
}
