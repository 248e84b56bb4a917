/* librabbitmq 0.11, and shims for what Swift cannot call, or could only with a scope for each text.
   The remote calls return 1 on success; amqp_get_rpc_reply(3) says why they did not. */
#pragma once
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

/* The variadic amqp_login_with_properties(3). Declares the capabilities without which the broker never sends
   connection.blocked or basic.cancel. With `password` NULL the login is SASL EXTERNAL, whose identity must not
   be empty: librabbitmq would report that it has no memory. */
amqp_rpc_reply_t exhaust_login(amqp_connection_state_t state, const char *vhost, int frame_max, int heartbeat,
                               const char *login, const char *password, const char *connection_name);

/* The part of a message that is not its body. Texts are UTF-8, at most 255 bytes; NULL leaves a property out.
   `reason`, `queue` and `login` become headers of a message that is parked; they are NULL for others. */
int exhaust_publish(amqp_connection_state_t state, const char *exchange, const char *routing_key,
                    const char *content_type, const char *message_id, const char *type, const char *app_id,
                    const char *user_id, const char *expiration, uint64_t timestamp, const char *host,
                    const char *first, const char *last, int64_t count, const char *reason, const char *queue,
                    const char *login, const void *body, size_t body_length);

/* basic.consume with manual acknowledgement; the consumer tag is the queue's name. For a stream `offset_text`
   (first, last, next), `offset` (>= 0) or `seconds` (>= 0, since 1970) says where to begin; NULL and -1 for what is not
   given, and for other queues. */
int exhaust_consume(amqp_connection_state_t state, const char *queue, const char *offset_text, int64_t offset,
                    int64_t seconds);

/* A queue of this connection alone, gone with it; at most `limit` messages, the oldest dropped first. */
int exhaust_declare_temporary(amqp_connection_state_t state, const char *queue, int32_t limit);

/* queue.bind. */
int exhaust_bind(amqp_connection_state_t state, const char *queue, const char *exchange, const char *routing_key);

/* Passive declarations, which ask whether something exists. */
int exhaust_check_exchange(amqp_connection_state_t state, const char *exchange);
int exhaust_check_queue(amqp_connection_state_t state, const char *queue);

/* Trusts the certificate authorities of the system. Returns 1 on success. */
int exhaust_trust_system(amqp_socket_t *socket);
