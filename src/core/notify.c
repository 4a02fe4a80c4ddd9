// SPDX-License-Identifier: MIT
#include "notify.h"

#include "descendants.h"
#include "descriptor.h"
#include "kernel.h"
#include "message.h"
#include "settings.h"

#include <stddef.h>
#include <string.h>

/* Converts "/PATH", or "@NAME" for an abstract socket.  Returns 0 if socket is neither. */
static socklen_t address_of(struct sockaddr_un *to, const char *socket)
{
	size_t length = strlen(socket);

	*to = (struct sockaddr_un){.sun_family = AF_UNIX};
	if ((socket[0] != '/' && socket[0] != '@') || length >= sizeof to->sun_path)
		return 0;
	memcpy(to->sun_path, socket, length);
	if (socket[0] == '@')
		to->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

static int open_socket(void)
{
	return descriptor_above_stdio(
		(int)KERNEL_CALL3(socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

/* Chooses a name that cannot be guessed: 16 hexadecimal digits. */
static int choose_name(char name[NOTIFY_NAME])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char random[8] = {0};
	char text[2 * sizeof random + 1] = "";

	if (KERNEL_CALL3(getrandom, random, sizeof random, 0) != sizeof random)
		return -1;
	for (size_t i = 0; i < sizeof random; i++) {
		text[2 * i] = digits[random[i] >> 4];
		text[2 * i + 1] = digits[random[i] & 15];
	}
	name[0] = '\0';
	message_append(name, NOTIFY_NAME, NOTIFY_PREFIX, text);
	return 0;
}

int notify_open(struct notify *n, const char *next)
{
	const int yes = 1;
	struct sockaddr_un own;

	*n = (struct notify){.fd = -1};
	n->next_size = next ? address_of(&n->next, next) : 0;
	if (choose_name(n->name) < 0)
		return -1;
	socklen_t size = address_of(&own, n->name);
	n->fd = open_socket();
	if (n->fd < 0)
		return -1;
	if (KERNEL_CALL5(setsockopt, n->fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) == 0 &&
	    KERNEL_CALL3(bind, n->fd, &own, size) == 0)
		return 0;
	int saved_errno = errno;
	close(n->fd);
	errno = saved_errno;
	return -1;
}

/* Returns false if no process receives the text. */
static bool send_to(const struct sockaddr_un *to, socklen_t size, const char *text, size_t length,
		    int patience_s)
{
	const struct kernel_time patience = {patience_s, 0};
	struct iovec part = {(void *)text, length};
	struct msghdr message = {
		.msg_name = (void *)to, .msg_namelen = size, .msg_iov = &part, .msg_iovlen = 1};
	int fd = open_socket();

	if (fd < 0)
		return true;
	KERNEL_CALL5(setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	long n = KERNEL_CALL3(sendmsg, fd, &message,
			      MSG_NOSIGNAL | (patience_s > 0 ? 0 : MSG_DONTWAIT));
	bool is_there = n >= 0 || (errno != ECONNREFUSED && errno != ENOENT);
	close(fd);
	return is_there;
}

bool notify_send(const char *socket, const char *text, int patience_s)
{
	struct sockaddr_un to;
	socklen_t size = address_of(&to, socket);

	return size > 0 && send_to(&to, size, text, strlen(text), patience_s);
}

/*
 * The sender must be a descendant.  The parents of a sender that is already gone (systemd-notify(1)
 * ends at once) are unknown; its user must then be ours.
 */
static bool is_trusted(const struct msghdr *message)
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(message);
	struct ucred sender = {0};

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
		return false;
	memcpy(&sender, CMSG_DATA(c), sizeof sender);
	if (descendants_parent(sender.pid) > 0)
		return descendants_include(sender.pid);
	return sender.uid == (uid_t)KERNEL_CALL0(geteuid);
}

/* The text after word, if the line begins with word. */
static const char *value(const char *line, const char *word)
{
	return settings_begins(line, word) ? line + strlen(word) : NULL;
}

static void read_line(struct notify *n, struct notify_news *news, const char *line)
{
	const char *v;

	if (strcmp(line, "READY=1") == 0)
		news->ready = true;
	else if ((v = value(line, "EXTEND_TIMEOUT_USEC=")))
		news->extend_ms = message_number(v) / 1000;
	else if ((v = value(line, NOTIFY_LISTENS)))
		news->listens = (uint32_t)message_number(v);
	else if ((v = value(line, NOTIFY_AUTOMATIC)))
		news->automatic = (uint32_t)message_number(v);
	else if ((v = value(line, "STATUS="))) {
		n->status[0] = '\0';
		message_append(n->status, NOTIFY_STATUS, v);
	}
}

bool notify_receive(struct notify *n, struct notify_news *news)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))] = "";
	char text[4096], *line = text, *end;
	struct iovec part = {text, sizeof text - 1};
	struct msghdr message;
	long length;

	do { /* control has no room for descriptors, so the kernel closes them */
		message = (struct msghdr){.msg_iov = &part,
					  .msg_iovlen = 1,
					  .msg_control = control,
					  .msg_controllen = sizeof control};
		length = KERNEL_CALL3(recvmsg, n->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (length < 0)
			return false;
	} while (!is_trusted(&message));
	*news = (struct notify_news){.extend_ms = -1};
	text[length] = '\0';
	if (n->next_size > 0 && !settings_begins(text, SETTINGS_PREFIX))
		send_to(&n->next, n->next_size, text, (size_t)length, 0);
	for (; *line; line = end + (*end == '\n')) {
		end = line + strcspn(line, "\n");
		char was = *end;
		*end = '\0';
		read_line(n, news, line);
		*end = was;
	}
	return true;
}
