#include "CLinux.h"

#include <string.h>

/* The polynomial of RFC 3720 appendix B.4, reflected. */
static uint32_t by_bit(uint32_t sum, const unsigned char *bytes, size_t size) {
    for (size_t index = 0; index < size; index++) {
        sum ^= bytes[index];
        for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (0x82f63b78u & -(sum & 1));
    }
    return sum;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t by_word(uint32_t sum, const unsigned char *bytes, size_t size) {
    uint64_t wide = sum;
    for (; size >= 8; bytes += 8, size -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    return by_bit((uint32_t)wide, bytes, size);
}
#endif

uint32_t exhaust_crc32c(uint32_t sum, const void *bytes, size_t size) {
    sum = ~sum;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return ~by_word(sum, bytes, size);
#endif
    return ~by_bit(sum, bytes, size);
}
