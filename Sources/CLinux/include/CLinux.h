/* Linux interfaces that Swift's Glibc module does not show. */
#pragma once
#include <stdint.h>
#include <sys/types.h>

/* eventfd(2): a counter that wakes a poll. Returns the descriptor, or -1 with errno. */
int exhaust_eventfd(void);

/* Adds to, or empties, an eventfd; 0, or -1 with errno. A full or empty counter is no error. */
int exhaust_eventfd_wake(int descriptor);
int exhaust_eventfd_clear(int descriptor);

/* Names the calling thread for ps and gdb; at most 15 bytes are kept. */
void exhaust_name_thread(const char *name);
