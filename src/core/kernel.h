/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_H
#define KERNEL_H

/*
 * System calls without libc.  Processes are made, waited for and signalled through these, because
 * another library may have replaced a symbol of libc: torsocks replaces syscall(), libfaketime the
 * clocks, sanitizers much else.  glibc's daemon(3) makes its calls inside libc, where no other
 * library can intercept them either.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Returns the kernel's result: a negative errno on error.  Five arguments are enough. */
static inline long kernel_call(long number, long a, long b, long c, long d, long e)
{
#if defined __x86_64__ && !defined __ILP32__
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;

	__asm__ volatile("syscall"
			 : "+a"(number)
			 : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return number;
#elif defined __i386__
	__asm__ volatile("int $0x80"
			 : "+a"(number)
			 : "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory");
	return number;
#elif defined __aarch64__
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "memory");
	return x0;
#elif defined __arm__
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register long r4 __asm__("r4") = e;
	register long ip __asm__("ip") = number;

	/* r7 is the frame pointer of Thumb code. */
	__asm__ volatile("push {r7}\n\tmov r7, ip\n\tsvc 0\n\tpop {r7}"
			 : "+r"(r0)
			 : "r"(ip), "r"(r1), "r"(r2), "r"(r3), "r"(r4)
			 : "memory");
	return r0;
#elif defined __riscv
	register long a7 __asm__("a7") = number;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;
	register long a3 __asm__("a3") = d;
	register long a4 __asm__("a4") = e;

	__asm__ volatile("ecall"
			 : "+r"(a0)
			 : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4)
			 : "memory");
	return a0;
#elif defined __powerpc64__
	register long r0 __asm__("r0") = number;
	register long r3 __asm__("r3") = a;
	register long r4 __asm__("r4") = b;
	register long r5 __asm__("r5") = c;
	register long r6 __asm__("r6") = d;
	register long r7 __asm__("r7") = e;

	/* The summary overflow bit marks an errno. */
	__asm__ volatile("sc\n\tbns+ 1f\n\tneg 3, 3\n1:"
			 : "+r"(r0), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7)
			 :
			 : "r8", "r9", "r10", "r11", "r12", "cr0", "ctr", "memory");
	return r3;
#elif defined __s390x__
	register long r1 __asm__("r1") = number;
	register long r2 __asm__("r2") = a;
	register long r3 __asm__("r3") = b;
	register long r4 __asm__("r4") = c;
	register long r5 __asm__("r5") = d;
	register long r6 __asm__("r6") = e;

	__asm__ volatile("svc 0"
			 : "+r"(r2)
			 : "r"(r1), "r"(r3), "r"(r4), "r"(r5), "r"(r6)
			 : "memory");
	return r2;
#else
	int saved_errno = errno;
	long result = syscall(number, a, b, c, d, e);

	if (result == -1)
		result = -errno;
	errno = saved_errno;
	return result;
#define KERNEL_CALL_IS_LIBCS
#endif
}

/* The result as libc's functions return it: -1 with errno set on error. */
static inline long kernel_result(long result)
{
	if (result >= 0 || result < -4095)
		return result;
	errno = (int)-result;
	return -1;
}

/* Each pastes the name itself: musl's headers define macros such as pread64. */
#define KERNEL_CALL(number, a, b, c, d, e)                                                         \
	kernel_result(kernel_call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e)))
#define KERNEL_CALL5(name, a, b, c, d, e) KERNEL_CALL(SYS_##name, a, b, c, d, e)
#define KERNEL_CALL4(name, a, b, c, d)    KERNEL_CALL(SYS_##name, a, b, c, d, 0)
#define KERNEL_CALL3(name, a, b, c)       KERNEL_CALL(SYS_##name, a, b, c, 0, 0)
#define KERNEL_CALL2(name, a, b)          KERNEL_CALL(SYS_##name, a, b, 0, 0, 0)
#define KERNEL_CALL1(name, a)             KERNEL_CALL(SYS_##name, a, 0, 0, 0, 0)
#define KERNEL_CALL0(name)                KERNEL_CALL(SYS_##name, 0, 0, 0, 0, 0)

/* The time format of system calls without 64 in their names, whatever struct timespec is. */
struct kernel_time {
	long seconds, nanoseconds;
};

#endif
