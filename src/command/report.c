// SPDX-License-Identifier: MIT
/* The facts about a process, for people and for programs (inspect.c explains the fields). */
#include "report.h"

#include "command.h"
#include "output.h"
#include "terminal.h"
#include "text.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct words {
	const char *json, *human;
};

static const struct words problems[] = {
	[PROBLEM_ENDED] = {"ended", "has ended (a zombie)"},
	[PROBLEM_KERNEL] = {"kernel-thread", "is a kernel thread"},
	[PROBLEM_INIT] = {"init", "is init"},
	[PROBLEM_LEADER] = {"session-leader", "leads its session"},
	[PROBLEM_TERMINAL] = {"controlling-terminal", "has a controlling terminal"},
	[PROBLEM_TERMINAL_SESSION] = {"terminal-session", "is in the session of a terminal"},
	[PROBLEM_PARENT] = {"parent", "its parent is neither init nor a subreaper"},
	[PROBLEM_STDIN] = {"stdin-terminal", "standard input is a terminal"},
	[PROBLEM_STDOUT] = {"stdout-terminal", "standard output is a terminal"},
	[PROBLEM_STDERR] = {"stderr-terminal", "standard error is a terminal"},
};

static const char *const verdicts[] = {
	[VERDICT_CORRECT] = "correct",
	[VERDICT_SUPERVISED] = "supervised",
	[VERDICT_NOT_CORRECT] = "not-correct",
};

static const struct words relations[] = {
	[RELATION_UNKNOWN] = {"unknown", ""},
	[RELATION_INIT] = {"init", ", init"},
	[RELATION_SUBREAPER] = {"subreaper", ", a subreaper"},
	[RELATION_SESSION] = {"session", ", of the same session"},
};

static const struct words other_ends[] = {
	[END_NONE] = {NULL, ""},
	[END_SESSION] = {"session", ", other end held in the same session"},
	[END_FOREIGN] = {"foreign", ", other end held by "},
	[END_NOBODY] = {"nobody", ", other end held by nobody"},
	[END_UNKNOWN] = {"unknown", ", other end not found"},
};

static const struct words markers[] = {
	[MARKER_UNKNOWN] = {"unknown", "unknown (nothing when the program was executed)"},
	[MARKER_NONE] = {"none", "none"},
	[MARKER_DAEMON] = {"daemon", "this process is a daemon"},
	[MARKER_FOREGROUND] = {"foreground", "this process was kept in the foreground"},
};

static const char *const stdfds[][2] = {
	{"stdin", "standard input"},
	{"stdout", "standard output"},
	{"stderr", "standard error"},
};

enum {
	SIGNALS = 64, /* in a mask of /proc */
	SIGNAL_NAME_SIZE = 16,
};

/* "PIPE" or "RTMIN+1", without "SIG"; glibc keeps two real-time signals for itself. */
static void signal_name(int number, char name[SIGNAL_NAME_SIZE])
{
	/* sigabbrev_np(3) is new in glibc 2.32 */
	static const char *const names[SIGNALS + 1] = {
		[SIGHUP] = "HUP",       [SIGINT] = "INT",       [SIGQUIT] = "QUIT",
		[SIGILL] = "ILL",       [SIGTRAP] = "TRAP",     [SIGABRT] = "ABRT",
		[SIGBUS] = "BUS",       [SIGFPE] = "FPE",       [SIGKILL] = "KILL",
		[SIGUSR1] = "USR1",     [SIGSEGV] = "SEGV",     [SIGUSR2] = "USR2",
		[SIGPIPE] = "PIPE",     [SIGALRM] = "ALRM",     [SIGTERM] = "TERM",
		[SIGSTKFLT] = "STKFLT", [SIGCHLD] = "CHLD",     [SIGCONT] = "CONT",
		[SIGSTOP] = "STOP",     [SIGTSTP] = "TSTP",     [SIGTTIN] = "TTIN",
		[SIGTTOU] = "TTOU",     [SIGURG] = "URG",       [SIGXCPU] = "XCPU",
		[SIGXFSZ] = "XFSZ",     [SIGVTALRM] = "VTALRM", [SIGPROF] = "PROF",
		[SIGWINCH] = "WINCH",   [SIGIO] = "POLL",       [SIGPWR] = "PWR",
		[SIGSYS] = "SYS",
	};
	const char *known = names[number];

	if (known)
		snprintf(name, SIGNAL_NAME_SIZE, "%s", known);
	else if (number >= SIGRTMIN)
		snprintf(name, SIGNAL_NAME_SIZE, number == SIGRTMIN ? "RTMIN" : "RTMIN+%d",
			 number - SIGRTMIN);
	else
		snprintf(name, SIGNAL_NAME_SIZE, "%d", number);
}

/* For people: a table. */

/* row(LABEL, FORMAT, ...) writes a line of the table. */
#define row(label, ...) put_row(label, text_new(__VA_ARGS__))
static void put_row(const char *label, char *text)
{
	say("%-20s  %s", label, text);
	free(text);
}

static void row_session(const struct facts *f)
{
	char terminal[TERMINAL_NAME_SIZE];

	terminal_name(f->leader.terminal, terminal);
	if (f->self.session == 0)
		row("session", "%s", f->initial ? "0, the kernel's" : "outside this PID namespace");
	else if (f->self.session == f->self.pid)
		row("session", "%d, which it leads", f->self.session);
	else if (f->leader.pid == 0)
		row("session", "%d, whose leader has ended", f->self.session);
	else
		row("session", "%d, led by %s, %s%s", f->self.session, f->leader.name,
		    f->leader.terminal ? "on " : "without a terminal",
		    f->leader.terminal ? terminal : "");
}

static void row_terminal(const struct facts *f)
{
	char terminal[TERMINAL_NAME_SIZE];

	terminal_name(f->self.terminal, terminal);
	if (f->self.terminal)
		row("controlling terminal", "%s", terminal);
	else if (f->self.session == f->self.pid)
		row("controlling terminal", "none, but acquires the next terminal that it opens");
	else
		row("controlling terminal", "none, and cannot acquire one");
}

static void row_descriptor(const char *label, const struct descriptor *d)
{
	if (!d)
		row(label, "closed");
	else if (d->end == END_FOREIGN)
		row(label, "%s%s%d (%s), session %d", d->target, other_ends[d->end].human,
		    d->holder.pid, d->holder.name, d->holder.session);
	else
		row(label, "%s%s%s", d->target, d->terminal ? ", a terminal" : "",
		    other_ends[d->end].human);
}

static void rows_descriptors(const struct facts *f)
{
	char label[32];
	bool others = false;

	for (int fd = 0; fd <= 2; fd++)
		row_descriptor(stdfds[fd][1], descriptors_get(&f->descriptors, fd));
	for (size_t i = 0; i < f->descriptors.count; i++) {
		const struct descriptor *d = &f->descriptors.list[i];

		if (d->number <= 2)
			continue;
		snprintf(label, sizeof label, "descriptor %d", d->number);
		row_descriptor(label, d);
		others = true;
	}
	if (!others)
		row("other descriptors", "no terminal, and no pipe that leaves the session");
}

static void row_signals(const char *label, unsigned long long signals)
{
	char names[1024] = "", name[SIGNAL_NAME_SIZE];
	size_t used = 0;

	for (int i = 0; i < SIGNALS; i++) {
		if (!(signals >> i & 1))
			continue;
		signal_name(i + 1, name);
		used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? " " : "",
					 name);
	}
	row(label, "%s", used ? names : "none");
}

static void rows_of_the_rest(const struct facts *f)
{
	row("directory", "%s", f->directory);
	if (f->mount_point[0])
		row("pins file system", "%s (%s, %s)", f->mount_point, f->source, f->type);
	else
		row("pins file system", "unknown");
	rows_descriptors(f);
	row("umask", "%s", f->umask[0] ? f->umask : "unknown");
	row_signals("ignored signals", f->ignored);
	row_signals("blocked signals", f->blocked);
	row("libdaemonfix.so", "%s", f->library[0] ? f->library : "not loaded");
	row("DAEMONFIX_PID", "%s", markers[f->marker].human);
}

static void row_parent(const struct facts *f)
{
	if (f->parent.pid)
		row("parent", "%d (%s)%s", f->parent.pid, f->parent.name,
		    relations[f->relation].human);
	else
		row("parent", "%s", f->initial ? "none" : "none in this PID namespace");
}

static void row_group(const struct facts *f)
{
	pid_t group = f->self.group;

	if (group == f->self.pid)
		row("process group", "%d, which it leads", group);
	else if (f->group_leader.pid)
		row("process group", "%d, led by %s", group, f->group_leader.name);
	else if (group)
		row("process group", "%d, whose leader has ended", group);
	else
		row("process group", "%s",
		    f->initial ? "0, that of the kernel" : "outside this PID namespace");
}

/* A new string: before, followed by the problems. */
static char *list_problems(const struct facts *f, const char *before)
{
	char list[1024];
	size_t used = (size_t)snprintf(list, sizeof list, "%s", before);
	const char *separator = ": ";

	for (size_t i = 0; i < PROBLEMS; i++) {
		const char *words = problems[i].human;

		if (!f->problem[i])
			continue;
		if (i == PROBLEM_PARENT && f->relation == RELATION_UNKNOWN)
			words = "its parent cannot be seen";
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", separator, words);
		separator = "; ";
	}
	return text_new("%s", list);
}

/* The supervisor in words: a new string. */
static char *supervised_by(const struct facts *f)
{
	if (f->supervisor == SUPERVISOR_CONTAINER && f->relation != RELATION_INIT && !f->parent.pid)
		return text_new("supervised from outside, as the first process of its container");
	return text_new("supervised by %s (PID %d)", f->parent.name, f->parent.pid);
}

static char *verdict_on_supervised(const struct facts *f)
{
	char *by = supervised_by(f), *before = text_new("%s, but not as it should be", by);
	char *sentence =
		facts_verdict(f) == VERDICT_SUPERVISED
			? text_new("%s, and as it should be: in the foreground, without a terminal",
				   by)
			: list_problems(f, before);

	free(before);
	free(by);
	return sentence;
}

static char *verdict_in_words(const struct facts *f)
{
	if (f->problem[PROBLEM_KERNEL])
		return text_new("not a daemon but a kernel thread");
	if (f->problem[PROBLEM_INIT])
		return text_new("not a daemon but init");
	if (f->problem[PROBLEM_ENDED])
		return text_new("not a daemon but a zombie: it has ended, and its parent, %s (PID "
				"%d), has not collected its status",
				f->parent.name, f->parent.pid);
	if (f->supervisor != SUPERVISOR_NONE)
		return verdict_on_supervised(f);
	if (facts_verdict(f) == VERDICT_CORRECT)
		return text_new("a correct daemon");
	return list_problems(f, "not a correct daemon");
}

void report_table(const struct facts *f)
{
	char *verdict = verdict_in_words(f);

	row("process", "%d (%s)", f->self.pid, f->self.name);
	row("program", "%s", f->program[0] ? f->program : "none");
	row_session(f);
	row_terminal(f);
	row_parent(f);
	row_group(f);
	if (!f->bare)
		rows_of_the_rest(f);
	say("%s", verdict);
	free(verdict);
}

/* For programs: an object. */

static void json_name(const char *name)
{
	printf("\"%s\": ", name);
}

static void json_string(const char *name, const char *value)
{
	json_name(name);
	if (value && value[0])
		text_put_json(stdout, value);
	else
		fputs("null", stdout);
}

static void json_bool(const char *name, bool value)
{
	json_name(name);
	fputs(value ? "true" : "false", stdout);
}

static void json_number(const char *name, int value)
{
	json_name(name);
	printf("%d", value);
}

/* Separates the fields of the object itself, each of which is a line. */
static void next(void)
{
	fputs(",\n  ", stdout);
}

static void json_problems(const struct facts *f)
{
	const char *comma = "";

	json_name("problems");
	putchar('[');
	for (size_t i = 0; i < PROBLEMS; i++) {
		if (!f->problem[i])
			continue;
		printf("%s\"%s\"", comma, problems[i].json);
		comma = ", ";
	}
	putchar(']');
}

static void json_terminal(const char *name, unsigned int number)
{
	char terminal[TERMINAL_NAME_SIZE] = "";

	if (number)
		terminal_name(number, terminal);
	json_string(name, terminal);
}

static void json_parent(const struct facts *f)
{
	json_name("parent");
	if (!f->parent.pid) {
		fputs("null", stdout);
		return;
	}
	printf("{\"pid\": %d, ", f->parent.pid);
	json_string("name", f->parent.name);
	printf(", \"relation\": \"%s\"}", relations[f->relation].json);
}

static void json_supervisor(const struct facts *f)
{
	json_name("supervisor");
	if (f->supervisor == SUPERVISOR_NONE) {
		fputs("null", stdout);
		return;
	}
	printf("{\"kind\": \"%s\", \"pid\": ", supervisor_name(f->supervisor));
	if (f->parent.pid)
		printf("%d, ", f->parent.pid);
	else
		fputs("null, ", stdout);
	json_string("name", f->parent.name);
	putchar('}');
}

static void json_file_system(const struct facts *f)
{
	json_name("file_system");
	if (!f->mount_point[0]) {
		fputs("null", stdout);
		return;
	}
	putchar('{');
	json_string("mount_point", f->mount_point);
	fputs(", ", stdout);
	json_string("source", f->source);
	fputs(", ", stdout);
	json_string("type", f->type);
	putchar('}');
}

static void json_descriptor(const struct descriptor *d)
{
	if (!d) {
		fputs("null", stdout);
		return;
	}
	printf("{\"fd\": %d, ", d->number);
	json_string("target", d->target);
	fputs(", ", stdout);
	json_bool("terminal", d->terminal);
	fputs(", ", stdout);
	json_string("other_end", other_ends[d->end].json);
	if (d->end == END_FOREIGN) {
		printf(", \"holder\": {\"pid\": %d, ", d->holder.pid);
		json_string("name", d->holder.name);
		printf(", \"session\": %d}}", d->holder.session);
	} else {
		fputs(", \"holder\": null}", stdout);
	}
}

static void json_descriptors(const struct facts *f)
{
	const char *comma = "";

	for (int fd = 0; fd <= 2; fd++) {
		json_name(stdfds[fd][0]);
		json_descriptor(descriptors_get(&f->descriptors, fd));
		next();
	}
	json_name("descriptors");
	if (f->bare) {
		fputs("null", stdout);
		return;
	}
	putchar('[');
	for (size_t i = 0; i < f->descriptors.count; i++) {
		if (f->descriptors.list[i].number <= 2)
			continue;
		fputs(comma, stdout);
		json_descriptor(&f->descriptors.list[i]);
		comma = ", ";
	}
	putchar(']');
}

static void json_signals(const char *label, const struct facts *f, unsigned long long signals)
{
	const char *comma = "";
	char name[SIGNAL_NAME_SIZE];

	json_name(label);
	if (f->bare) {
		fputs("null", stdout);
		return;
	}
	putchar('[');
	for (int i = 0; i < SIGNALS; i++) {
		if (!(signals >> i & 1))
			continue;
		signal_name(i + 1, name);
		printf("%s\"SIG%s\"", comma, name);
		comma = ", ";
	}
	putchar(']');
}

static void json_session(const struct facts *f)
{
	bool leader = f->self.session == f->self.pid;

	json_number("session", f->self.session);
	next();
	json_bool("session_leader", leader);
	next();
	json_terminal("session_terminal", f->leader.terminal);
	next();
	json_terminal("controlling_terminal", f->self.terminal);
	next();
	json_bool("can_acquire_terminal", leader && !f->self.terminal && !f->bare);
	next();
	json_parent(f);
	next();
	json_number("process_group", f->self.group);
}

static void json_files(const struct facts *f)
{
	json_string("directory", f->directory);
	next();
	json_file_system(f);
	next();
	json_descriptors(f);
	next();
	json_string("umask", f->umask);
	next();
	json_signals("ignored_signals", f, f->ignored);
	next();
	json_signals("blocked_signals", f, f->blocked);
	next();
	json_string("library", f->library);
	next();
	json_string("marker", f->bare ? NULL : markers[f->marker].json);
}

static void json_verdict(const struct facts *f)
{
	char *reason = verdict_in_words(f);

	json_bool("correct", facts_verdict(f) == VERDICT_CORRECT);
	next();
	json_string("verdict", verdicts[facts_verdict(f)]);
	next();
	json_string("reason", reason);
	next();
	json_problems(f);
	next();
	json_supervisor(f);
	free(reason);
}

void report_json(const struct facts *f)
{
	fputs("{\n  ", stdout);
	json_number("pid", f->self.pid);
	next();
	json_string("name", f->self.name);
	next();
	json_string("program", f->program);
	next();
	json_verdict(f);
	next();
	json_session(f);
	next();
	json_files(f);
	fputs("\n}\n", stdout);
}

void report_unseen(pid_t pid, const char *problem, const char *reason)
{
	static const char *const fields[] = {
		"supervisor",
		"session",
		"session_leader",
		"session_terminal",
		"controlling_terminal",
		"can_acquire_terminal",
		"parent",
		"process_group",
		"directory",
		"file_system",
		"stdin",
		"stdout",
		"stderr",
		"descriptors",
		"umask",
		"ignored_signals",
		"blocked_signals",
		"library",
		"marker",
	};

	fputs("{\n  ", stdout);
	if (pid)
		json_number("pid", pid);
	else
		fputs("\"pid\": null", stdout);
	fputs(",\n  \"name\": null,\n  \"program\": null,\n  \"correct\": false,\n  "
	      "\"verdict\": \"not-seen\",\n  ",
	      stdout);
	json_string("reason", reason);
	next();
	printf("\"problems\": [\"%s\"]", problem);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		printf(",\n  \"%s\": null", fields[i]);
	fputs("\n}\n", stdout);
}
