/* SPDX-License-Identifier: MIT */
#include "server.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>

#include "lwip/sockets.h"

static SSL_CTX *ssl_ctx;
static BIO_METHOD *method;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct server_row rows[SERVER_IDS];
static unsigned rows_len, open_now, open_most;
static pthread_t threads[SERVER_IDS];
static unsigned threads_len;

/* ---- OpenSSL on lwIP's sockets, which block here ---- */

static int bio_read(BIO *bio, char *buf, int len)
{
    return (int)lwip_recv((int)(intptr_t)BIO_get_data(bio), buf, (size_t)len, 0);
}

static int bio_write(BIO *bio, const char *buf, int len)
{
    return (int)lwip_send((int)(intptr_t)BIO_get_data(bio), buf, (size_t)len, 0);
}

static long bio_ctrl(BIO *bio, int command, long number, void *arg)
{
    (void)bio, (void)number, (void)arg;
    return command == BIO_CTRL_FLUSH;
}

/* ---- HTTP, as far as this client speaks it ---- */

/* The string member's value. */
static void member(const char *body, const char *name, char value[SERVER_ID_CAP])
{
    char quoted[SERVER_ID_CAP];
    snprintf(quoted, sizeof quoted, "\"%s\":\"", name);
    const char *at = strstr(body, quoted);
    value[0] = 0;
    if (at != NULL) {
        at += strlen(quoted);
        size_t len = strcspn(at, "\"");
        snprintf(value, SERVER_ID_CAP, "%.*s", (int)len, at);
    }
}

static void store(const struct server_row *row)
{
    pthread_mutex_lock(&mutex);
    unsigned i = 0;
    while (i < rows_len && strcmp(rows[i].id, row->id) != 0) {
        i++;
    }
    if (i == SERVER_IDS) {
        abort();
    }
    unsigned posts = i < rows_len ? rows[i].posts : 0;
    rows_len = i < rows_len ? rows_len : rows_len + 1;
    rows[i] = *row;
    rows[i].posts = posts + 1;
    pthread_mutex_unlock(&mutex);
}

static void answer(SSL *ssl, const char *body)
{
    struct server_row row = {.posts = 0};
    char text[512], json[256];
    member(body, "connection_id", row.id);
    member(body, "apiKey", row.key);
    store(&row);
    int len = snprintf(json, sizeof json,
                       "{\"connection_id\":\"%s\",\"provider_config_key\":\"apify\"}", row.id);
    len = snprintf(text, sizeof text,
                   "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
                   "Content-Length: %d\r\n\r\n%s",
                   len, json);
    SSL_write(ssl, text, len);
}

/* One request after the other, until the peer has ended. */
static void serve(SSL *ssl)
{
    char text[4096];
    size_t len = 0;
    int n;
    while ((n = SSL_read(ssl, text + len, (int)(sizeof text - 1 - len))) > 0) {
        len += (size_t)n;
        text[len] = 0;
        const char *end = strstr(text, "\r\n\r\n");
        const char *length = strstr(text, "Content-Length: ");
        if (end != NULL && length != NULL &&
            len == (size_t)(end + 4 - text) + strtoul(length + 16, NULL, 10)) {
            answer(ssl, end + 4);
            len = 0;
        }
    }
}

static void *run_connection(void *arg)
{
    int fd = (int)(intptr_t)arg;
    SSL *ssl = SSL_new(ssl_ctx);
    BIO *bio = BIO_new(method);
    BIO_set_data(bio, arg);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    if (SSL_accept(ssl) == 1) {
        serve(ssl);
    }
    SSL_free(ssl);
    lwip_close(fd);
    pthread_mutex_lock(&mutex);
    open_now--;
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static void *run(void *arg)
{
    int listener = *(int *)arg, fd;
    while ((fd = lwip_accept(listener, NULL, NULL)) >= 0) {
        pthread_mutex_lock(&mutex);
        open_now++;
        open_most = open_now > open_most ? open_now : open_most;
        if (threads_len == SERVER_IDS ||
            pthread_create(&threads[threads_len++], NULL, run_connection, (void *)(intptr_t)fd) !=
                0) {
            abort();
        }
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

void server_start(const struct cert *leaf)
{
    static int listener;
    pthread_t thread;
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = lwip_htons(SERVER_PORT)};
    ssl_ctx = SSL_CTX_new(TLS_server_method());
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "lwip");
    BIO_meth_set_read(method, bio_read);
    BIO_meth_set_write(method, bio_write);
    BIO_meth_set_ctrl(method, bio_ctrl);
    listener = lwip_socket(AF_INET, SOCK_STREAM, 0);
    if (!SSL_CTX_use_certificate(ssl_ctx, leaf->x509) ||
        !SSL_CTX_use_PrivateKey(ssl_ctx, leaf->key) ||
        lwip_bind(listener, (struct sockaddr *)&any, sizeof any) != 0 ||
        lwip_listen(listener, 16) != 0 || pthread_create(&thread, NULL, run, &listener) != 0) {
        abort();
    }
}

unsigned server_rows(const struct server_row **out, unsigned *most_at_once)
{
    for (unsigned i = 0; i < threads_len; i++) {
        pthread_join(threads[i], NULL);
    }
    *out = rows;
    *most_at_once = open_most;
    return rows_len;
}
