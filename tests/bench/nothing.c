// SPDX-License-Identifier: MIT
/* A minimal dynamic program: it costs only its start. */
int main(void)
{
	return 0;
}
