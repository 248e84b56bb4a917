/* libcurl's easy interface; its setters are variadic, which Swift cannot call. Each wrapper sets one option with an
 * argument of the type that curl_easy_setopt(3) asks for, and returns what it returned. */
#pragma once
#include <curl/curl.h>

/* Receives a part of a body; returns how many bytes it took, fewer than `size * count` to end the transfer. */
typedef size_t (*exhaust_curl_writer)(char *bytes, size_t size, size_t count, void *context);

/* Called about once a second and whenever data moves; anything but 0 ends the transfer. */
typedef int (*exhaust_curl_progress)(
    void *context, curl_off_t to_receive, curl_off_t received, curl_off_t to_send, curl_off_t sent);

CURLcode exhaust_curl_set_string(CURL *handle, CURLoption option, const char *text);
CURLcode exhaust_curl_set_long(CURL *handle, CURLoption option, long number);
CURLcode exhaust_curl_set_headers(CURL *handle, struct curl_slist *headers);

/* The body to send: copied, may contain NUL. */
CURLcode exhaust_curl_set_body(CURL *handle, const char *bytes, size_t count);
CURLcode exhaust_curl_set_writer(CURL *handle, exhaust_curl_writer writer, void *context);
CURLcode exhaust_curl_set_progress(CURL *handle, exhaust_curl_progress progress, void *context);

/* A buffer of CURL_ERROR_SIZE bytes that lives as long as the handle. */
CURLcode exhaust_curl_set_error_buffer(CURL *handle, char *buffer);

/* The status of the last response; 0 where there was none. */
long exhaust_curl_status(CURL *handle);
