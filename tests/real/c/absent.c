/* Functions that Lua calls and a program cannot have: files without a directory, and other programs. */
#include <stdio.h>
#include <stdlib.h>

FILE *tmpfile(void) { return NULL; }

int system(const char *command) { return command == NULL ? 0 : -1; }
