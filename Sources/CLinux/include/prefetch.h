/* Tells the processor what will be read soon. */
#pragma once

/* Has the line of memory at `address` fetched while other work goes on. The address need not be good. */
static inline void exhaust_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }
