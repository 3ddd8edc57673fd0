/* SPDX-License-Identifier: MIT
 *
 * PROGRAM BACKEND-PORT VERSION CHAIN KEY [CLIENTS]: listens on a port of 127.0.0.1 that the kernel
 * chooses and prints it; then a line for each handshake. Ends with its standard input.
 */
#include "terminator.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

/* One exchange: what the client sends goes to the backend; when that is silent, or sends, it is
 * passed back, until either ends. */
static void relay(void *session, int backend, int fd)
{
    char buf[16384];
    struct pollfd both[2] = {{fd, POLLIN, 0}, {backend, POLLIN, 0}};
    while (poll(both, 2, 10000) > 0) {
        if (both[0].revents != 0) {
            int n = library_read(session, buf, sizeof buf);
            if (n <= 0 || write(backend, buf, (size_t)n) != n) {
                return;
            }
        }
        if (both[1].revents != 0) {
            ssize_t n = read(backend, buf, sizeof buf);
            if (n <= 0 || library_write(session, buf, (int)n) != (int)n) {
                return;
            }
        }
    }
}

static void serve(int fd, int backend_port)
{
    const char *says = "failed";
    void *session = library_accept(fd, &says);
    printf("%s\n", says);
    fflush(stdout);
    if (session != NULL) {
        struct sockaddr_in to = loopback(backend_port);
        int backend = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(backend, (struct sockaddr *)&to, sizeof to) == 0) {
            relay(session, backend, fd);
        }
        close(backend);
        library_end(session);
    }
    close(fd);
}

/* One client after the other: the session cache, where a library has one, is in this process. */
int main(int argc, char **argv)
{
    if (argc < 5) {
        return 2;
    }
    struct terminator t = {argv[2], argv[3], argv[4], argc > 5 ? argv[5] : NULL};
    signal(SIGPIPE, SIG_IGN);
    library_init(&t);
    struct sockaddr_in at = loopback(0);
    socklen_t len = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&at, len) != 0 || listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &len) != 0) {
        return 1;
    }
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    struct pollfd both[2] = {{listener, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    while (poll(both, 2, -1) > 0 && both[1].revents == 0) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0) {
            serve(fd, atoi(argv[1]));
        }
    }
    return 0;
}
