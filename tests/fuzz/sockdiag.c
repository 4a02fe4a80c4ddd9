// SPDX-License-Identifier: MIT
/*
 * libFuzzer target for src/core/look.c: the input is the kernel's answer through sock_diag(7).
 * The first byte chooses the condition and the address family; then come messages, each after two
 * bytes with its length.  It asserts, besides the sanitizers' checks, that a socket found meets the
 * condition and was not known before.
 */
#include "../../src/core/look.c" // the functions to check are static

#include <assert.h>
#include <sanitizer/asan_interface.h>
#include <stdlib.h>

static struct look look;
static int kernels = -1;

static void open_once(void)
{
	int ends[2];

	if (kernels >= 0)
		return;
	assert(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) == 0);
	look.diag = ends[0];
	kernels = ends[1];
}

/* Messages beyond the queue's length (net.unix.max_dgram_qlen) are not read. */
static size_t send_messages(const uint8_t *data, size_t size)
{
	size_t largest = 0;

	while (size >= 2) {
		size_t length = (size_t)data[0] | (size_t)data[1] << 8;

		data += 2, size -= 2;
		if (length > size)
			length = size;
		if (length == 0 || send(kernels, data, length, MSG_DONTWAIT) < 0)
			break;
		if (length > largest)
			largest = length;
		data += length, size -= length;
	}
	return largest;
}

static void drain(int fd)
{
	char byte;

	while (recv(fd, &byte, 1, MSG_DONTWAIT) >= 0)
		;
}

static void forget(void)
{
	for (size_t i = 0; i < look.count_found; i++)
		*place(&look, look.found[i].socket) = 0;
	look.count_known = look.count_own = look.count_found = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const conditions[] = {"listen", "listen:80", "listen:/run/x",
						 "listen:80,listen:/run/x", "notify,listen:53"};

	if (size == 0)
		return 0;
	open_once();
	look.when = conditions[data[0] / 2 % (sizeof conditions / sizeof conditions[0])];
	look_add(&look, 7, true);
	look_add(&look, 8, false);
	size_t largest = send_messages(data + 1, size - 1);
	if (largest <
	    sizeof look.buffer) /* the kernel writes there, and nothing may read beyond it */
		ASAN_POISON_MEMORY_REGION(look.buffer + largest, sizeof look.buffer - largest);
	for (int looks = 0; looks < 2; looks++) {
		data[0] & 1 ? ask_unix(&look, true) : ask_inet(&look, AF_INET, IPPROTO_TCP);
		assert(look.count_found <= LOOK_FOUND && look.count_own == 2);
		for (size_t i = 0; i < look.count_found; i++)
			assert(look.found[i].socket && look.found[i].socket != 8);
	}
	ASAN_UNPOISON_MEMORY_REGION(look.buffer, sizeof look.buffer);
	drain(look.diag);
	drain(kernels);
	for (size_t i = 0; i < look.count_found; i++)
		add_known(&look, look.found[i].socket);
	for (size_t i = 0; i < look.count_found && look.count_known < LOOK_KNOWN / 2; i++)
		assert(*place(&look, look.found[i].socket) == look.found[i].socket);
	forget();
	return 0;
}
