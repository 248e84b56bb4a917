/* What a C program can do with librabbitmq: batches of the emitters' size, window and properties, made before the clock
   starts; persistent, mandatory and confirmed, over one connection.

     ceiling PORT LOGIN PASSWORD MESSAGES BODY_BYTES

   Prints the seconds from the first publish to the last confirm, and the CPU seconds. Build: cc -O2 … -lrabbitmq */
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { WINDOW = 1000, WINDOW_BYTES = 16 << 20 };

static void fail(const char *what) {
    fprintf(stderr, "ceiling: %s\n", what);
    exit(69);
}

static void check(amqp_connection_state_t state, const char *what) {
    if (amqp_get_rpc_reply(state).reply_type != AMQP_RESPONSE_NORMAL) fail(what);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static double cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Which messages are confirmed; all up to `all` are, and `count` together. */
static char *is_confirmed;
static uint64_t all, count_confirmed;

static void confirm(uint64_t tag) {
    if (!is_confirmed[tag]) count_confirmed++;
    is_confirmed[tag] = 1;
}

/* Takes what the broker says now. */
static void drain(amqp_connection_state_t state) {
    while (1) {
        amqp_frame_t frame;
        struct timeval zero = {0};
        int status = amqp_simple_wait_frame_noblock(state, &frame, &zero);
        if (status == AMQP_STATUS_TIMEOUT) break;
        if (status != AMQP_STATUS_OK) fail(amqp_error_string2(status));
        if (frame.frame_type != AMQP_FRAME_METHOD) continue;
        if (frame.payload.method.id != AMQP_BASIC_ACK_METHOD) fail("the broker refused a message");
        amqp_basic_ack_t *ack = frame.payload.method.decoded;
        if (ack->multiple) while (all < ack->delivery_tag) confirm(++all);
        else confirm(ack->delivery_tag);
    }
    amqp_maybe_release_buffers(state);
}

int main(int count, char **arguments) {
    if (count != 6) fail("usage: ceiling PORT LOGIN PASSWORD MESSAGES BODY_BYTES");
    uint64_t messages = strtoull(arguments[4], NULL, 10);
    size_t size = strtoull(arguments[5], NULL, 10);
    char *body = malloc(size);
    if (body == NULL) fail("no memory");
    memset(body, 'x', size);
    amqp_connection_state_t state = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(state);
    if (amqp_socket_open(socket, "127.0.0.1", atoi(arguments[1])) != AMQP_STATUS_OK) fail("nothing answers");
    amqp_rpc_reply_t login =
        amqp_login(state, "/", 1, 131072, 10, AMQP_SASL_METHOD_PLAIN, arguments[2], arguments[3]);
    if (login.reply_type != AMQP_RESPONSE_NORMAL) fail("cannot log in");
    amqp_channel_open(state, 1);
    check(state, "cannot open a channel");
    amqp_confirm_select(state, 1);
    check(state, "no confirms");
    amqp_table_entry_t headers[4] = {0};
    const char *names[] = {"host", "first", "last", "count"}, *values[] = {"web-01", "1000000", "1000262", NULL};
    for (int index = 0; index < 4; index++) {
        headers[index].key = amqp_cstring_bytes(names[index]);
        headers[index].value.kind = values[index] ? AMQP_FIELD_KIND_UTF8 : AMQP_FIELD_KIND_I64;
        if (values[index]) headers[index].value.value.bytes = amqp_cstring_bytes(values[index]);
    }
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG |
                  AMQP_BASIC_TIMESTAMP_FLAG | AMQP_BASIC_TYPE_FLAG | AMQP_BASIC_APP_ID_FLAG | AMQP_BASIC_USER_ID_FLAG |
                  AMQP_BASIC_HEADERS_FLAG,
        .content_type = amqp_cstring_bytes("application/cloudevents-batch+json"),
        .headers = {.num_entries = 4, .entries = headers},
        .delivery_mode = AMQP_DELIVERY_PERSISTENT,
        .message_id = amqp_cstring_bytes("//web-01/emitter-syslog/01JD0000000000000000000000/1000000"),
        .timestamp = 1700000000,
        .type = amqp_cstring_bytes("exhaust.syslog"),
        .user_id = amqp_cstring_bytes(arguments[2]),
        .app_id = amqp_cstring_bytes("emitter-syslog"),
    };
    amqp_bytes_t bytes = {.len = size, .bytes = body};
    uint64_t window = WINDOW_BYTES / size < WINDOW ? WINDOW_BYTES / size : WINDOW, sent = 0;
    is_confirmed = calloc(messages + 1, 1);
    if (is_confirmed == NULL) fail("no memory");
    double start = now(), start_cpu = cpu();
    while (count_confirmed < messages) {
        if (sent < messages && sent - count_confirmed < window) {
            int status = amqp_basic_publish(
                state, 1, amqp_cstring_bytes("exhaust.telemetry"), amqp_cstring_bytes("telemetry.00.web-01.syslog"), 1,
                0, &properties, bytes);
            if (status != AMQP_STATUS_OK) fail(amqp_error_string2(status));
            sent++;
        } else {
            struct pollfd wait = {.fd = amqp_get_sockfd(state), .events = POLLIN};
            poll(&wait, 1, 1000);
        }
        drain(state);
    }
    printf("%.4f %.4f\n", now() - start, cpu() - start_cpu);
    amqp_connection_close(state, AMQP_REPLY_SUCCESS);
    return 0;
}
