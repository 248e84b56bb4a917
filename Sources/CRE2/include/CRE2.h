/* RE2 (libre2, as Debian ships it) behind functions that C and Swift can call. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A compiled pattern. Matching is safe from several threads at once. */
typedef struct exhaust_re2 exhaust_re2;

/* Why a pattern is none. */
typedef struct {
    /* In words; ends with a zero byte, and is cut where it does not fit. */
    char reason[128];
    /* The byte of the pattern that is to blame. */
    size_t offset;
} exhaust_re2_error;

/* Compiles a pattern of UTF-8, for at most `memory` bytes with what matching caches. Returns NULL and fills `error` if
   the pattern is none, or needs more. */
exhaust_re2 *exhaust_re2_new(const char *pattern, size_t length, bool ignores_case, int64_t memory,
                             exhaust_re2_error *error);

/* Whether the pattern matches somewhere in the text. */
bool exhaust_re2_matches(const exhaust_re2 *regex, const char *text, size_t length);

void exhaust_re2_free(exhaust_re2 *regex);

#ifdef __cplusplus
}
#endif
