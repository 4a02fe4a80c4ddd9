// SPDX-License-Identifier: MIT
/* A minimal dynamic program: what it costs is what its start costs. */
int main(void)
{
	return 0;
}
