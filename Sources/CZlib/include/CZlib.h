/* zlib, as Debian ships it. */
#pragma once
#include <zlib.h>

/* inflateInit2 is a macro, which Swift does not see: this begins to read gzip. Returns Z_OK or another of zlib's codes. */
static inline int exhaust_inflate_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
