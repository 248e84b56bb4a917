/* librabbitmq 0.11, and shims for what Swift cannot call. */
#pragma once
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
