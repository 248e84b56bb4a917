/* Counts what a program allocates: linking this puts a malloc of its own before glibc's. For benchmarks only. */
#include <stdint.h>

/* Calls of malloc, calloc, realloc and posix_memalign so far, by all threads. */
uint64_t exhaust_allocations(void);
