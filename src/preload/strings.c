// SPDX-License-Identifier: MIT
/*
 * libc's string functions for the library alone, hidden like the functions in syscalls.c, for the
 * same reasons.  The library's strings are short.
 */
#undef _FORTIFY_SOURCE /* it replaces some of these functions */

#include <stddef.h>
#include <string.h>

/* Compilers replace a loop that copies or fills memory by a call of the function that it is in. */
#define IS_NO_PATTERN() __asm__ volatile("" ::: "memory")

void *memmove(void *dest, const void *src, size_t n)
{
	char *t = dest;
	const char *f = src;

	if (t <= f)
		for (size_t i = 0; i < n; i++) {
			t[i] = f[i];
			IS_NO_PATTERN();
		}
	else
		while (n-- > 0) {
			t[n] = f[n];
			IS_NO_PATTERN();
		}
	return dest;
}

void *memcpy(void *dest, const void *src, size_t n)
{
	return memmove(dest, src, n);
}

void *memset(void *s, int c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		((char *)s)[i] = (char)c;
		IS_NO_PATTERN();
	}
	return s;
}

size_t strlen(const char *s)
{
	size_t length = 0;

	for (; s[length]; length++)
		IS_NO_PATTERN();
	return length;
}

int strcmp(const char *s1, const char *s2)
{
	for (; *s1 && *s1 == *s2; s1++)
		s2++;
	return (unsigned char)*s1 - (unsigned char)*s2;
}

int strncmp(const char *s1, const char *s2, size_t n)
{
	for (; n > 0; n--, s1++, s2++)
		if (*s1 != *s2 || !*s1)
			return (unsigned char)*s1 - (unsigned char)*s2;
	return 0;
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

char *strrchr(const char *s, int c)
{
	const char *found = NULL;

	while ((s = strchr(s, c))) {
		found = s;
		if (!*s++)
			break;
	}
	return (char *)found;
}

size_t strspn(const char *s, const char *accept)
{
	size_t length = 0;

	while (s[length] && strchr(accept, s[length]))
		length++;
	return length;
}

size_t strcspn(const char *s, const char *reject)
{
	size_t length = 0;

	while (!strchr(reject, s[length])) /* the terminating null character is found as well */
		length++;
	return length;
}

char *strstr(const char *haystack, const char *needle)
{
	size_t length = strlen(needle);

	while (*haystack && strncmp(haystack, needle, length) != 0)
		haystack++;
	return *haystack || !length ? (char *)haystack : NULL;
}
