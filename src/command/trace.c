// SPDX-License-Identifier: MIT
/*
 * Runs a program under ptrace(2).
 *
 * Every process that it starts is traced from its first instruction, and ends with this process,
 * however that ends (PTRACE_O_EXITKILL).  A traced process that has ended keeps its PID until it is
 * reaped here, so no signal can reach another process.
 */
#include "trace.h"

#include "process.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The filter's data about a system call. */
enum { CALL_SETSID = 1, CALL_LISTEN = 2 };

enum { GRACE = 3 /* seconds from SIGTERM to SIGKILL */ };

#define EVENTS                                                                                     \
	(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |     \
	 PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double trace_time(const struct trace *t)
{
	return now() - t->begin;
}

/* Processes. */

static struct traced *find(const struct trace *t, pid_t pid)
{
	for (size_t i = t->count; i-- > 0;)
		if (t->list[i].pid == pid && !t->list[i].ended)
			return &t->list[i];
	return NULL;
}

const struct traced *trace_find(const struct trace *t, pid_t pid)
{
	for (size_t i = t->count; i-- > 0;)
		if (t->list[i].pid == pid)
			return &t->list[i];
	return NULL;
}

static struct traced *add(struct trace *t, pid_t pid)
{
	t->list = reallocarray(t->list, t->count + 1, sizeof *t->list);
	if (!t->list)
		text_no_memory();
	t->list[t->count] = (struct traced){.pid = pid, .starter = NOBODY};
	return &t->list[t->count++];
}

/* Reads a number from /proc/PID/status; 0 if the process is gone. */
static pid_t status_number(pid_t pid, const char *field)
{
	char value[32] = "0";
	int directory = process_open(pid);

	if (directory >= 0)
		process_status(directory, field, value, sizeof value);
	close_quietly(directory);
	return (pid_t)strtol(value, NULL, 10);
}

/*
 * The process that a traced thread belongs to.  The first stop of a new process may come before its
 * starter's event, which supplies all that is unknown until then.
 */
static struct traced *process_of(struct trace *t, pid_t thread)
{
	struct traced *who = find(t, thread);

	if (who)
		return who;
	pid_t pid = status_number(thread, "Tgid");
	if (pid == 0)
		return NULL;
	return pid == thread ? add(t, pid) : find(t, pid);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * Reads the name that a program was executed by; false for a script, as ps(1) shows its own name.
 */
static bool read_own_name(int directory, const struct process *p, char *name, size_t size)
{
	char program[PATH_MAX], first[PATH_MAX] = "";

	if (process_link(directory, "exe", program, sizeof program) < 0 ||
	    strncmp(last_part(program), p->name, strlen(p->name)) != 0)
		return false;
	FILE *f = process_file(directory, "cmdline");
	if (!f)
		return false;
	size_t length = fread(first, 1, sizeof first - 1, f);
	fclose(f);
	if (length == 0 || !*last_part(first))
		return false;
	snprintf(name, size, "%s", last_part(first));
	return true;
}

/* The name is the one that DAEMONFIX_ONLY uses. */
static void read_name(struct traced *who)
{
	struct process p;
	int directory = process_open(who->pid);

	if (directory >= 0 && process_read(directory, &p) == 0 &&
	    !read_own_name(directory, &p, who->name, sizeof who->name))
		snprintf(who->name, sizeof who->name, "%s", p.name);
	close_quietly(directory);
}

static void tell(struct trace *t, const struct traced *who, enum deed deed, int other)
{
	t->last = now();
	if (t->seen)
		t->seen(t, who, deed, other);
}

static void adopt(const struct trace *t, struct traced *child, struct traced *starter, bool spawned)
{
	child->starter = (size_t)(starter - t->list);
	child->spawned = spawned;
	child->image = child->image ? child->image : starter->image;
	child->number = spawned ? 0 : ++starter->forks;
	if (!child->name[0])
		memcpy(child->name, starter->name, sizeof child->name);
}

/* The thread has started another process, or a thread. */
static void started(struct trace *t, pid_t thread, pid_t new, bool spawned)
{
	if (status_number(new, "Tgid") != new || !process_of(t, thread))
		return;
	if (!find(t, new))
		add(t, new);
	/* Only now: the list may have moved. */
	struct traced *child = find(t, new), *starter = process_of(t, thread);

	if (!child || !starter)
		return;
	adopt(t, child, starter, spawned);
	tell(t, starter, spawned ? DEED_SPAWN : DEED_FORK, new);
}

static void executed(struct trace *t, pid_t pid)
{
	struct traced *who = process_of(t, pid);

	if (!who)
		return;
	who->image = ++t->images;
	who->executed = true;
	read_name(who);
	tell(t, who, DEED_EXECUTE, 0);
}

static void ended(struct trace *t, pid_t pid, int status)
{
	struct traced *who = find(t, pid);

	if (!who)
		return; /* a thread */
	who->ended = true;
	who->status = status;
	tell(t, who, DEED_END, status);
}

/* System calls. */

/* Is this address in the code of libc? */
static bool in_libc(pid_t pid, unsigned long address)
{
	int directory = process_open(pid);
	FILE *maps = directory < 0 ? NULL : process_file(directory, "maps");
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	while (maps && !found && getline(&line, &room, maps) > 0) {
		char *rest;
		unsigned long from = strtoul(line, &rest, 16);
		unsigned long to = *rest == '-' ? strtoul(rest + 1, &rest, 16) : 0;

		found = address >= from && address < to && strncmp(rest, " r-x", 4) == 0 &&
			(strstr(rest, "/libc.so") || strstr(rest, "/libc-2.") ||
			 strstr(rest, "/ld-musl-"));
	}
	free(line);
	if (maps)
		fclose(maps);
	close_quietly(directory);
	return found;
}

/*
 * libc's setsid() has no stack frame: its return address is in its caller, which is in libc if
 * daemon(3) was called.  0: unknown on this machine.
 */
static unsigned long return_address(pid_t thread)
{
#if defined __x86_64__
	struct __ptrace_syscall_info call;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof call, &call) <= 0 ||
	    call.arch != AUDIT_ARCH_X86_64)
		return 0;
	errno = 0;
	long word = ptrace(PTRACE_PEEKDATA, thread, call.stack_pointer, NULL);
	return errno ? 0 : (unsigned long)word;
#elif defined __aarch64__ || (defined __riscv && __riscv_xlen == 64)
	unsigned long registers[64]; /* as in user_pt_regs and user_regs_struct */
	struct iovec v = {registers, sizeof registers};

	if (ptrace(PTRACE_GETREGSET, thread, 1 /* NT_PRSTATUS */, &v) < 0)
		return 0;
#if defined __aarch64__
	return registers[30];
#else
	return registers[1];
#endif
#else
	(void)thread;
	return 0;
#endif
}

/* Records a system call that has returned successfully in a thread. */
static void returned(struct trace *t, pid_t thread, bool from_libc, unsigned long call)
{
	struct traced *who = process_of(t, thread);

	if (!who)
		return;
	if (call == CALL_SETSID) {
		who->setsid = true;
		who->copy = !who->executed && !who->spawned;
		who->daemon = from_libc;
		tell(t, who, from_libc ? DEED_DAEMON : DEED_SETSID, 0);
	} else if (call == CALL_LISTEN && !who->listens) {
		who->listens = true;
		tell(t, who, DEED_LISTEN, 0);
	}
}

/*
 * Resumes the thread until its system call returns; other threads stay stopped that long, but
 * neither call blocks.  Returns the wait status if another event came first, otherwise 0.
 */
static int finish_call(struct trace *t, pid_t thread)
{
	struct __ptrace_syscall_info info = {0};
	unsigned long call = 0, from = return_address(thread);
	bool from_libc = from && in_libc(thread, from);
	int status;

	ptrace(PTRACE_GETEVENTMSG, thread, NULL, &call);
	do {
		if (ptrace(PTRACE_SYSCALL, thread, NULL, 0L) < 0 ||
		    waitpid(thread, &status, __WALL) < 0)
			return 0;
		if (!WIFSTOPPED(status) || WSTOPSIG(status) != (SIGTRAP | 0x80))
			return status;
	} while (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) > 0 &&
		 info.op != PTRACE_SYSCALL_INFO_EXIT);
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && !info.exit.is_error)
		returned(t, thread, from_libc, call);
	ptrace(PTRACE_CONT, thread, NULL, 0L);
	return 0;
}

/* Stops. */

static void handle_event(struct trace *t, pid_t thread, int event)
{
	unsigned long message = 0;

	ptrace(PTRACE_GETEVENTMSG, thread, NULL, &message);
	if (event == PTRACE_EVENT_EXEC)
		executed(t, thread);
	else
		started(t, thread, (pid_t)message, event == PTRACE_EVENT_VFORK);
	ptrace(PTRACE_CONT, thread, NULL, 0L);
}

static void handle_stop(struct trace *t, pid_t thread, int status)
{
	int event = status >> 16, signal = WSTOPSIG(status);

	switch (event) {
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
	case PTRACE_EVENT_EXEC:
		handle_event(t, thread, event);
		return;
	case PTRACE_EVENT_STOP:
		if (signal != SIGTRAP) { /* stays stopped until SIGCONT */
			ptrace(PTRACE_LISTEN, thread, NULL, 0L);
			return;
		}
		process_of(t, thread);
		signal = 0;
		break;
	default:
		break;
	}
	ptrace(PTRACE_CONT, thread, NULL, (long)signal);
}

static bool is_call(int status)
{
	return WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_SECCOMP;
}

/* Handles all pending events; returns false if no process is left. */
static bool handle_all(struct trace *t)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		if (is_call(status)) {
			status = finish_call(t, pid);
			if (status == 0)
				continue;
		}
		if (WIFSTOPPED(status))
			handle_stop(t, pid, status);
		else
			ended(t, pid, status);
	}
	return pid == 0 || errno == EINTR;
}

static void signals_of_interest(sigset_t *set)
{
	static const int signals[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT};

	sigemptyset(set);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaddset(set, signals[i]);
}

void trace_watch(struct trace *t, double seconds, bool (*enough)(const struct trace *t))
{
	const struct timespec tick = {.tv_nsec = 20000000};
	double end = now() + seconds;
	sigset_t set;

	signals_of_interest(&set);
	while (handle_all(t) && now() < end && !(enough && enough(t))) {
		int signal = sigtimedwait(&set, NULL, &tick);

		if (signal > 0 && signal != SIGCHLD) {
			t->signal = signal;
			return;
		}
	}
}

static void kill_all(const struct trace *t, int signal)
{
	for (size_t i = 0; i < t->count; i++)
		if (!t->list[i].ended)
			kill(t->list[i].pid, signal);
}

void trace_end(struct trace *t)
{
	t->seen = NULL;
	kill_all(t, SIGTERM);
	kill_all(t, SIGCONT); /* stopped processes would not end */
	trace_watch(t, GRACE, NULL);
	while (handle_all(t)) {
		kill_all(t, SIGKILL); /* again, for processes started meanwhile */
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
}

bool trace_lives(const struct trace *t, const struct traced *who)
{
	size_t wanted = (size_t)(who - t->list);

	for (size_t i = 0; i < t->count; i++)
		for (size_t j = i; !t->list[i].ended && j != NOBODY; j = t->list[j].starter)
			if (j == wanted)
				return true;
	return false;
}

void trace_free(struct trace *t)
{
	close_quietly(t->report);
	free(t->list);
	t->list = NULL;
	t->count = 0;
}

/* The start. */

#if defined __x86_64__
#define NATIVE AUDIT_ARCH_X86_64
#elif defined __i386__
#define NATIVE AUDIT_ARCH_I386
#elif defined __aarch64__ && defined __AARCH64EL__
#define NATIVE AUDIT_ARCH_AARCH64
#elif defined __arm__ && defined __ARMEL__
#define NATIVE AUDIT_ARCH_ARM
#elif defined __riscv && __riscv_xlen == 64
#define NATIVE AUDIT_ARCH_RISCV64
#elif defined __powerpc64__ && defined __LITTLE_ENDIAN__
#define NATIVE AUDIT_ARCH_PPC64LE
#elif defined __s390x__
#define NATIVE AUDIT_ARCH_S390X
#else
#define NATIVE 0 /* setsid and listen are not seen */
#endif

/* The numbers of the system calls on a machine. */
struct machine {
	unsigned int arch, setsid, listen, socketcall;
};

#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
/* Compares; skips that many instructions if equal, or if not. */
#define IF(value, equal, other) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, equal, other)
#define RETURN(value)           BPF_STMT(BPF_RET | BPF_K, value)

/* Each filter checks one machine's calls; several filters can be installed. */
static int filter_calls(const struct machine *m)
{
	struct sock_filter code[] = {
		LOAD(arch),
		IF(m->arch, 0, 6),
		LOAD(nr),
		IF(m->setsid, 5, 0),
		IF(m->listen, 5, 0),
		IF(m->socketcall, 0, 2),
		LOAD(args[0]),
		IF(4 /* SYS_LISTEN */, 2, 0),
		RETURN(SECCOMP_RET_ALLOW),
		RETURN(SECCOMP_RET_TRACE | CALL_SETSID),
		RETURN(SECCOMP_RET_TRACE | CALL_LISTEN),
	};
	struct sock_fprog program = {sizeof code / sizeof code[0], code};

	if (prctl(PR_SET_SECCOMP, (unsigned long)SECCOMP_MODE_FILTER, &program, 0UL, 0UL) == 0)
		return 0;
	/*
	 * Required without CAP_SYS_ADMIN; traced processes gain no privileges by execve(2) anyway.
	 */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, (unsigned long)SECCOMP_MODE_FILTER, &program, 0UL, 0UL);
}

static int filter_all_calls(void)
{
#if defined __x86_64__ || defined __i386__
	static const struct machine x86 = {AUDIT_ARCH_I386, 66, 363, 102};

	if (filter_calls(&x86) < 0)
		return -1;
#endif
#if !defined __i386__
	static const struct machine native = {NATIVE, SYS_setsid, SYS_listen, ~0U};

	if (filter_calls(&native) < 0)
		return -1;
#endif
	return 0;
}

/*
 * In the program's process: waits until it is traced.  Its standard output becomes standard error,
 * because standard output is for this command.
 */
static _Noreturn void be_program(const char *path, char **arguments, const sigset_t *mask, int go,
				 int report)
{
	char byte;

	if (read(go, &byte, 1) == 1 && filter_all_calls() == 0 &&
	    dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 && sigprocmask(SIG_SETMASK, mask, NULL) == 0)
		execv(path, arguments);
	int error = errno;
	ssize_t written = write(report, &error, sizeof error);
	(void)written;
	_exit(127);
}

/* Traces the new process, and lets it run. */
static int seize(struct trace *t, pid_t pid, int go)
{
	t->begin = t->last = now();
	add(t, pid);
	if (ptrace(PTRACE_SEIZE, pid, NULL, (long)EVENTS) == 0 && write(go, "", 1) == 1)
		return 0;
	int saved_errno = errno;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	errno = saved_errno;
	return -1;
}

/* The caller makes both pipes and then closes all ends but report[0]. */
static int start(struct trace *t, const char *path, char **arguments, const int go[2],
		 const int report[2])
{
	sigset_t set, mask;

	signals_of_interest(&set);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL) < 0 ||
	    sigprocmask(SIG_BLOCK, &set, &mask) < 0)
		return -1;
	pid_t pid = fork();
	if (pid == 0)
		be_program(path, arguments, &mask, go[0], report[1]);
	return pid < 0 ? -1 : seize(t, pid, go[1]);
}

int trace_start(struct trace *t, const char *path, char **arguments)
{
	int go[2] = {-1, -1}, report[2] = {-1, -1}, result = -1;

	if (pipe2(go, O_CLOEXEC) == 0 && pipe2(report, O_CLOEXEC) == 0)
		result = start(t, path, arguments, go, report);
	close_quietly(go[0]);
	close_quietly(go[1]);
	close_quietly(report[1]);
	t->report = report[0];
	return result;
}

int trace_error(const struct trace *t)
{
	int error;

	return read(t->report, &error, sizeof error) == sizeof error ? error : 0;
}
