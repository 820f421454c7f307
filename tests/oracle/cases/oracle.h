/* What the cases answer with. A case is a line: its name, a tab, its answer. The program is built for Windows, where
 * its answers are recorded, and for this library, where they are compared. */
#ifndef ORACLE_H
#define ORACLE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* Name and answer as printf has them, but for the conversions: %s, %d and %x alone are certain to be the same. */
void answer(const char* group, const char* name, const char* format, ...);
void escape(char* out, const char* text);

void text_cases(void);
void scan_cases(void);
void secure_cases(void);
void number_cases(void);
void layout_cases(void);
void object_cases(void);
void thread_cases(void);
void file_cases(void);
void time_cases(void);
void command_line_cases(const char* program);

#endif
