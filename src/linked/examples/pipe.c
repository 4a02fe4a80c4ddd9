// SPDX-License-Identifier: MIT
/*
 * A server that finds a port by itself, and a launching process that says which when the server
 * is ready: the number comes through a pipe.
 *
 *   pipe
 *
 * Every connection to that port of 127.0.0.1 gets the server's PID.
 */
#include <daemonfix.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Returns a listening socket and its port, or -1. */
static int listen_somewhere(int *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (server < 0 || bind(server, (struct sockaddr *)&address, size) < 0 ||
	    listen(server, 8) < 0 || getsockname(server, (struct sockaddr *)&address, &size) < 0)
		return -1;
	*port = ntohs(address.sin_port);
	return server;
}

static void serve(int tell)
{
	int port, server = listen_somewhere(&port);

	if (server < 0)
		daemonfix_fail(errno); /* does not return */
	if (write(tell, &port, sizeof port) != sizeof port || daemonfix_ready() < 0)
		return;
	close(tell);
	for (;;) {
		int client = accept(server, NULL, NULL);

		if (client >= 0) {
			dprintf(client, "%d\n", getpid());
			close(client);
		}
	}
}

int main(void)
{
	int port, ends[2];
	struct daemonfix_result result;

	if (pipe(ends) < 0) {
		perror("pipe");
		return 1;
	}
	struct daemonfix_options options = {
		.size = sizeof options,
		.close_descriptors = true,
		.keep = &ends[1],
		.keep_count = 1,
		.timeout_ms = 10000,
	};

	switch (daemonfix_start(&options, &result)) {
	case 0:
		serve(ends[1]);
		return 1;
	case 1:
		if (read(ends[0], &port, sizeof port) != sizeof port)
			return 1;
		printf("process %d is ready on port %d\n", result.pid, port);
		return 0;
	default:
		fprintf(stderr, "no server: %s\n", strerror(errno));
		return 1;
	}
}
