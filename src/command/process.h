/* SPDX-License-Identifier: MIT */
/*
 * Processes as /proc shows them.  They may end at any moment: whoever reads several files of one
 * opens its directory first, so that all of them are of the same process (or fail with ESRCH),
 * even if its PID is given to another.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* From /proc/PID/stat: proc(5).  IDs are 0 if they are outside this PID namespace. */
struct process {
	pid_t pid;
	pid_t parent;
	pid_t group;
	pid_t session;
	unsigned int terminal; /* number of the device, as in tty_nr; 0: none */
	char state;            /* 'Z': ended, its status not collected */
	bool kernel;           /* a kernel thread */
	long long start;       /* in clock ticks, as of CLOCK_BOOTTIME */
	bool executed;         /* has executed its program itself, is not a mere fork */
	char name[64];
};

/* close(2), errno preserved; nothing for -1. */
void close_quietly(int fd);

/* Are the PIDs of /proc ours?  In that of another PID namespace they mean other processes. */
bool process_proc_is_ours(void);

/* The directory of a process, or -1 with errno: ENOENT if there is none. */
int process_open(pid_t pid);

/* 0, or -1 with errno: ENOENT or ESRCH if it has ended, EIO if the file makes no sense. */
int process_read(int directory, struct process *p);

/* Both at once. */
int process_find(pid_t pid, struct process *p);

/*
 * The directory to read files from: process_open()'s, or that of a thread which still runs, if the
 * main thread has ended.  -1 with errno: ESRCH if none does.
 */
int process_running(int directory, const struct process *p);

/* A file or a directory below directory, to be read: NULL with errno. */
FILE *process_file(int directory, const char *name);
DIR *process_list(int directory, const char *name);

/*
 * The target of a symbolic link below directory, "(too long)" if that is too long for /proc: 0, or
 * -1 with errno.
 */
int process_link(int directory, const char *name, char *target, size_t size);

/* The value of a field of the file status: 0, or -1 with errno, ENODATA if it is not there. */
int process_status(int directory, const char *field, char *value, size_t size);

/*
 * The value of a variable in the environment with which its program was executed: 0, or -1 with
 * errno, ENODATA if it is not there.
 */
int process_variable(int directory, const char *name, char *value, size_t size);

/* Is the PID namespace of this process the machine's own? */
bool process_namespace_is_initial(void);

/* Its PID in the PID namespace that it lives in: 0 if that cannot be read. */
pid_t process_innermost_pid(int directory);

#endif
