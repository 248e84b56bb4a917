/* Processes whose end is noticed: pidfd_open(2), Linux 5.3. */
#pragma once
#include <stdint.h>

/* A set of processes, empty at first. Returns its descriptor, or -1 with errno. */
int exhaust_watch_open(void);

/* Adds a process to the set. Returns a descriptor, which is to be closed when the process shall be watched no longer, or
   -1 with errno. */
int exhaust_watch_process(int set, uint32_t pid);

/* Writes the numbers of up to `count` processes, at most 512, of the set that have ended, whether or not their parent asked yet how.
   Returns how many, or -1 with errno. */
int exhaust_watch_ended(int set, uint32_t *pids, int count);
