/* SPDX-License-Identifier: MIT */
/*
 * Processes in /proc.  They may end at any moment: to read several files of one process, first open
 * its directory, so that all of them belong to the same process (or fail with ESRCH), even if the
 * PID is reused.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* From /proc/PID/stat: proc(5).  IDs outside this PID namespace are 0. */
struct process {
	pid_t pid;
	pid_t parent;
	pid_t group;
	pid_t session;
	unsigned int terminal; /* device number, as in tty_nr; 0: none */
	char state;            /* 'Z': ended, not yet reaped */
	bool kernel;           /* a kernel thread */
	long long start;       /* in clock ticks of CLOCK_BOOTTIME */
	bool executed;         /* has executed its program itself; false: only forked */
	char name[64];
};

/* close(2) that keeps errno; ignores -1. */
void close_quietly(int fd);

/* Do the PIDs in /proc belong to our PID namespace?  Otherwise they mean other processes. */
bool process_proc_is_ours(void);

/* Opens a process's directory; -1 with errno: ENOENT if there is no such process. */
int process_open(pid_t pid);

/* Returns 0, or -1 with errno: ENOENT or ESRCH if it has ended, EIO if the file is invalid. */
int process_read(int directory, struct process *p);

/* process_open() and process_read() in one. */
int process_find(pid_t pid, struct process *p);

/*
 * The directory to read files from: process_open()'s or, if the main thread has ended, that of a
 * running thread.  -1 with errno: ESRCH if none runs.
 */
int process_running(int directory, const struct process *p);

/* Opens a file or a directory below directory for reading; NULL with errno. */
FILE *process_file(int directory, const char *name);
DIR *process_list(int directory, const char *name);

/*
 * Reads the target of a symbolic link below directory, "(too long)" if it is too long for /proc.
 * Returns 0, or -1 with errno.
 */
int process_link(int directory, const char *name, char *target, size_t size);

/* Reads a field of the file status: 0, or -1 with errno, ENODATA if the field is missing. */
int process_status(int directory, const char *field, char *value, size_t size);

/*
 * Reads a variable of the environment with which the program was executed.  Returns 0, or -1 with
 * errno, ENODATA if the variable is missing.
 */
int process_variable(int directory, const char *name, char *value, size_t size);

/* Is this process's PID namespace the machine's own? */
bool process_namespace_is_initial(void);

/* The process's PID in its own PID namespace; 0 if that cannot be read. */
pid_t process_innermost_pid(int directory);

#endif
