#include "CRE2.h"

#include <re2/re2.h>

#include <cstdio>
#include <new>
#include <string>

struct exhaust_re2 {
    RE2 regex;
    exhaust_re2(re2::StringPiece pattern, const RE2::Options &options) : regex(pattern, options) {}
};

namespace {

RE2::Options options(bool ignores_case, int64_t memory) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(!ignores_case);
    options.set_max_mem(memory);
    return options;
}

/* RE2 tells which part is wrong, not where that stands. It reads from left to right, so the place is where the shortest
   prefix that is wrong in the same way ends. Prefixes are read with little memory, since only their syntax counts. */
size_t place(const RE2 &regex, re2::StringPiece pattern) {
    const std::string &part = regex.error_arg();
    switch (regex.error_code()) {
    case RE2::ErrorMissingBracket: return pattern.size() - part.size();
    case RE2::ErrorTrailingBackslash: return pattern.size() - 1;
    case RE2::ErrorMissingParen: return pattern.size();
    case RE2::ErrorPatternTooLarge: return 0;
    default: break;
    }
    const bool is_whole = part.size() == pattern.size();
    for (size_t end = is_whole ? 1 : part.size(); end < pattern.size(); end++) {
        const re2::StringPiece prefix(pattern.data(), end);
        if (!is_whole && !prefix.ends_with(part)) continue;
        if (is_whole && prefix[end - 1] != ')') continue;
        const RE2 shorter(prefix, options(false, 1 << 14));
        if (shorter.error_code() == regex.error_code() && (is_whole || shorter.error_arg() == part)) {
            return end - (is_whole ? 1 : part.size());
        }
    }
    return is_whole ? 0 : pattern.size() - part.size();
}

}  // namespace

exhaust_re2 *exhaust_re2_new(const char *pattern, size_t length, bool ignores_case, int64_t memory,
                             exhaust_re2_error *error) {
    const re2::StringPiece text(pattern, length);
    exhaust_re2 *compiled = new (std::nothrow) exhaust_re2(text, options(ignores_case, memory));
    if (compiled == nullptr) {
        error->offset = 0;
        snprintf(error->reason, sizeof error->reason, "out of memory");
        return nullptr;
    }
    if (compiled->regex.ok()) return compiled;
    error->offset = place(compiled->regex, text);
    snprintf(error->reason, sizeof error->reason, "%s", compiled->regex.error().c_str());
    delete compiled;
    return nullptr;
}

bool exhaust_re2_matches(const exhaust_re2 *regex, const char *text, size_t length) {
    return regex->regex.Match(re2::StringPiece(text, length), 0, length, RE2::UNANCHORED, nullptr, 0);
}

void exhaust_re2_free(exhaust_re2 *regex) { delete regex; }
