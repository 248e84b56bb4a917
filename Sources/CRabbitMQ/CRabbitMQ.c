#include "CRabbitMQ.h"

#include <openssl/ssl.h>

static const amqp_channel_t channel = 1;

static amqp_table_entry_t flag(const char *key) {
    amqp_table_entry_t entry = {.key = amqp_cstring_bytes(key)};
    entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
    entry.value.value.boolean = 1;
    return entry;
}

static amqp_table_entry_t text(const char *key, const char *value) {
    amqp_table_entry_t entry = {.key = amqp_cstring_bytes(key)};
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = amqp_cstring_bytes(value);
    return entry;
}

static amqp_table_entry_t number(const char *key, int64_t value) {
    amqp_table_entry_t entry = {.key = amqp_cstring_bytes(key)};
    entry.value.kind = AMQP_FIELD_KIND_I64;
    entry.value.value.i64 = value;
    return entry;
}

amqp_rpc_reply_t exhaust_login(amqp_connection_state_t state, const char *vhost, int frame_max, int heartbeat,
                               const char *login, const char *password, const char *connection_name) {
    amqp_table_entry_t capabilities[] = {
        flag("publisher_confirms"),         flag("basic.nack"),         flag("connection.blocked"),
        flag("consumer_cancel_notify"),     flag("exchange_exchange_bindings"),
        flag("authentication_failure_close"),
    };
    amqp_table_entry_t entries[3] = {text("product", "Exhaust"), text("connection_name", connection_name)};
    entries[2].key = amqp_cstring_bytes("capabilities");
    entries[2].value.kind = AMQP_FIELD_KIND_TABLE;
    entries[2].value.value.table.num_entries = sizeof capabilities / sizeof *capabilities;
    entries[2].value.value.table.entries = capabilities;
    amqp_table_t properties = {.num_entries = 3, .entries = entries};
    if (password == NULL)
        return amqp_login_with_properties(state, vhost, 1, frame_max, heartbeat, &properties,
                                          AMQP_SASL_METHOD_EXTERNAL, login);
    return amqp_login_with_properties(state, vhost, 1, frame_max, heartbeat, &properties, AMQP_SASL_METHOD_PLAIN,
                                      login, password);
}

int exhaust_publish(amqp_connection_state_t state, const char *exchange, const char *routing_key,
                    const char *content_type, const char *message_id, const char *type, const char *app_id,
                    const char *user_id, const char *expiration, uint64_t timestamp, const char *host,
                    const char *first, const char *last, int64_t count, const char *reason, const char *queue,
                    const char *login, const void *body, size_t body_length) {
    amqp_table_entry_t headers[7] = {
        text("host", host), text("first", first), text("last", last), number("count", count)};
    int header_count = 4;
    if (reason != NULL) {
        headers[header_count++] = text("reason", reason);
        headers[header_count++] = text("queue", queue);
        headers[header_count++] = text("login", login);
    }
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG |
                  AMQP_BASIC_TIMESTAMP_FLAG | AMQP_BASIC_TYPE_FLAG | AMQP_BASIC_APP_ID_FLAG |
                  AMQP_BASIC_USER_ID_FLAG | AMQP_BASIC_HEADERS_FLAG,
        .content_type = amqp_cstring_bytes(content_type),
        .headers = {.num_entries = header_count, .entries = headers},
        .delivery_mode = AMQP_DELIVERY_PERSISTENT,
        .message_id = amqp_cstring_bytes(message_id),
        .timestamp = timestamp,
        .type = amqp_cstring_bytes(type),
        .user_id = amqp_cstring_bytes(user_id),
        .app_id = amqp_cstring_bytes(app_id),
    };
    if (expiration != NULL) {
        properties._flags |= AMQP_BASIC_EXPIRATION_FLAG;
        properties.expiration = amqp_cstring_bytes(expiration);
    }
    amqp_bytes_t bytes = {.len = body_length, .bytes = (void *)body};
    return amqp_basic_publish(state, channel, amqp_cstring_bytes(exchange), amqp_cstring_bytes(routing_key), 1, 0,
                              &properties, bytes);
}

int exhaust_consume(amqp_connection_state_t state, const char *queue, const char *offset_text, int64_t offset,
                    int64_t seconds) {
    amqp_table_entry_t start = offset_text != NULL ? text("x-stream-offset", offset_text)
                                                   : number("x-stream-offset", seconds >= 0 ? seconds : offset);
    if (seconds >= 0)
        start.value.kind = AMQP_FIELD_KIND_TIMESTAMP;
    int has_start = offset_text != NULL || offset >= 0 || seconds >= 0;
    amqp_table_t arguments = {.num_entries = has_start, .entries = &start};
    amqp_bytes_t name = amqp_cstring_bytes(queue);
    return amqp_basic_consume(state, channel, name, name, 0, 0, 0, arguments) != NULL;
}

int exhaust_declare_temporary(amqp_connection_state_t state, const char *queue, int32_t limit) {
    amqp_table_entry_t entry = {.key = amqp_cstring_bytes("x-max-length")};
    entry.value.kind = AMQP_FIELD_KIND_I32;
    entry.value.value.i32 = limit;
    amqp_table_t arguments = {.num_entries = 1, .entries = &entry};
    return amqp_queue_declare(state, channel, amqp_cstring_bytes(queue), 0, 0, 1, 1, arguments) != NULL;
}

int exhaust_bind(amqp_connection_state_t state, const char *queue, const char *exchange, const char *routing_key) {
    return amqp_queue_bind(state, channel, amqp_cstring_bytes(queue), amqp_cstring_bytes(exchange),
                           amqp_cstring_bytes(routing_key), amqp_empty_table) != NULL;
}

int exhaust_check_exchange(amqp_connection_state_t state, const char *exchange) {
    /* The type is not compared in a passive declaration. */
    return amqp_exchange_declare(state, channel, amqp_cstring_bytes(exchange), amqp_cstring_bytes("topic"), 1, 1, 0,
                                 0, amqp_empty_table) != NULL;
}

int exhaust_check_queue(amqp_connection_state_t state, const char *queue) {
    return amqp_queue_declare(state, channel, amqp_cstring_bytes(queue), 1, 1, 0, 0, amqp_empty_table) != NULL;
}

int exhaust_trust_system(amqp_socket_t *socket) {
    SSL_CTX *context = amqp_ssl_socket_get_context(socket);
    return context != NULL && SSL_CTX_set_default_verify_paths(context) == 1;
}
