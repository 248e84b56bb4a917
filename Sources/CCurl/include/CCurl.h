/* libcurl's easy interface; its setters are variadic, which Swift cannot call. */
#pragma once
#include <curl/curl.h>
