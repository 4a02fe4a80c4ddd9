// SPDX-License-Identifier: MIT
/*
 * A slow server: listener FILE PORT sleeps for 50 ms, listens on 127.0.0.1:PORT, and writes its PID
 * and the time of listen(2) into FILE (microseconds since 1970, as bash's EPOCHREALTIME).  SIGTERM
 * ends it.
 */
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(argc > 2 ? (uint16_t)atoi(argv[2]) : 0),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int yes = 1;
	struct timeval now;

	usleep(50000);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	gettimeofday(&now, NULL);
	if (bind(fd, (const struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 8) < 0)
		return 1;
	FILE *f = argc > 2 ? fopen(argv[1], "w") : NULL;
	if (!f)
		return 1;
	fprintf(f, "%d %lld%06ld\n", getpid(), (long long)now.tv_sec, (long)now.tv_usec);
	fclose(f);
	for (;;)
		pause();
}
