/* SPDX-License-Identifier: MIT
 *
 * front VERSION CHAIN.pem KEY.pem PORT [ignore]: a TLS server that is GnuTLS's, in front of a plain
 * one on PORT of the loopback; VERSION is 1.2 or 1.3. With `ignore` it grants no limit on the
 * length of records, though it is asked (max_fragment_length, RFC 6066; record_size_limit, RFC
 * 8449). Prints the port that the kernel chose, then a line for each connection that has ended: how
 * long a record it was asked to send at most, and how much application data came. Ends with its
 * standard input.
 */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_FRAGMENT_LENGTH = 1, RECORD_SIZE_LIMIT = 28 };

static void need(int is_true, const char *what)
{
    if (!is_true) {
        perror(what);
        exit(2);
    }
}

static int open_socket(uint16_t port, int listens)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    need(fd >= 0 && (listens ? bind : connect)(fd, (struct sockaddr *)&at, sizeof at) == 0, "port");
    return fd;
}

static int skip_asked(gnutls_session_t s, const unsigned char *data, size_t len)
{
    (void)s, (void)data, (void)len;
    return 0;
}

static int say_nothing(gnutls_session_t s, gnutls_buffer_t to)
{
    (void)s, (void)to;
    return 0;
}

static void ignore_limits(gnutls_session_t s)
{
    static const int types[] = {MAX_FRAGMENT_LENGTH, RECORD_SIZE_LIMIT};
    for (int i = 0; i < 2; i++) {
        need(gnutls_session_ext_register(
                 s, "ignored", types[i], GNUTLS_EXT_TLS, skip_asked, say_nothing, NULL, NULL, NULL,
                 GNUTLS_EXT_FLAG_OVERRIDE_INTERNAL | GNUTLS_EXT_FLAG_CLIENT_HELLO |
                     GNUTLS_EXT_FLAG_TLS12_SERVER_HELLO | GNUTLS_EXT_FLAG_EE) == 0,
             "gnutls_session_ext_register");
    }
}

/* Passes on what comes from either side, until one ends. Returns how much the client has sent. */
static size_t relay(gnutls_session_t s, int client, int server)
{
    char buf[16384];
    size_t total = 0;
    for (;;) {
        struct pollfd fds[] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        int waits = gnutls_record_check_pending(s) > 0 ? 0 : -1;
        need(poll(fds, 2, waits) >= 0, "poll");
        if (waits == 0 || fds[0].revents != 0) {
            ssize_t n = gnutls_record_recv(s, buf, sizeof buf);
            if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED) {
                continue;
            }
            if (n <= 0 || write(server, buf, (size_t)n) != n) {
                return total;
            }
            total += (size_t)n;
        }
        if (fds[1].revents != 0) {
            ssize_t n = read(server, buf, sizeof buf);
            for (ssize_t at = 0, sent = 0; at < n; at += sent) {
                sent = gnutls_record_send(s, buf + at, (size_t)(n - at));
                if (sent < 0) {
                    return total;
                }
            }
            if (n <= 0) {
                gnutls_bye(s, GNUTLS_SHUT_WR);
                return total;
            }
        }
    }
}

static void serve(int client, gnutls_priority_t priority, gnutls_certificate_credentials_t own,
                  uint16_t plain, int ignores)
{
    gnutls_session_t s;
    gnutls_init(&s, GNUTLS_SERVER);
    gnutls_priority_set(s, priority);
    gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, own);
    if (ignores) {
        ignore_limits(s);
    }
    gnutls_transport_set_int(s, client);
    gnutls_handshake_set_timeout(s, 30000);
    int rc;
    do {
        rc = gnutls_handshake(s);
    } while (rc < 0 && !gnutls_error_is_fatal(rc));
    if (rc == 0) {
        int server = open_socket(plain, 0);
        /* In TLS 1.2 GnuTLS 3.7.9 grants a limit, keeps to it in the handshake, and then sends
         * longer records (openssl s_client says so, too) unless it is told again. */
        size_t limit = gnutls_record_get_max_size(s);
        gnutls_record_set_max_size(s, limit);
        printf("records of %zu, %zu bytes came\n", limit, relay(s, client, server));
        close(server);
    } else {
        printf("no handshake: %s\n", gnutls_strerror(rc));
    }
    fflush(stdout);
    gnutls_deinit(s);
    close(client);
}

int main(int argc, char **argv)
{
    char versions[64];
    gnutls_priority_t priority;
    gnutls_certificate_credentials_t own;
    struct sockaddr_in at;
    socklen_t len = sizeof at;
    if (argc < 5) {
        fputs("usage: front VERSION CHAIN.pem KEY.pem PORT [ignore]\n", stderr);
        return 2;
    }
    snprintf(versions, sizeof versions, "NORMAL:-VERS-ALL:+VERS-TLS%s", argv[1]);
    need(gnutls_priority_init(&priority, versions, NULL) == 0, versions);
    need(gnutls_certificate_allocate_credentials(&own) == 0 &&
             gnutls_certificate_set_x509_key_file(own, argv[2], argv[3], GNUTLS_X509_FMT_PEM) == 0,
         argv[2]);
    int listener = open_socket(0, 1);
    need(listen(listener, 8) == 0 && getsockname(listener, (struct sockaddr *)&at, &len) == 0,
         "listen");
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    for (;;) {
        struct pollfd fds[] = {{.fd = listener, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
        char byte;
        need(poll(fds, 2, -1) > 0, "poll");
        if (fds[1].revents != 0 && read(0, &byte, 1) <= 0) {
            return 0;
        }
        if (fds[0].revents != 0) {
            int client = accept(listener, NULL, NULL);
            need(client >= 0, "accept");
            serve(client, priority, own, (uint16_t)strtoul(argv[4], NULL, 10), argc > 5);
        }
    }
}
