/* Linux interfaces that Swift's Glibc module does not show. */
#pragma once
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "process_events.h"

/* eventfd(2): a counter that wakes a poll. Returns the descriptor, or -1 with errno. */
int exhaust_eventfd(void);

/* Names the calling thread for ps and gdb; at most 15 bytes are kept. */
void exhaust_name_thread(const char *name);

/* Where a datagram came from: its address, if the family has one, and what the kernel says of the sending process
   (SCM_CREDENTIALS, on Unix sockets that ask for it with SO_PASSCRED). */
struct exhaust_sender {
    struct sockaddr_storage address;
    socklen_t address_length;
    int has_credentials;
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
};

/* Receives one datagram without waiting. Returns its whole length, of which at most `size` bytes are in `buffer`, or -1
   with errno. */
ssize_t exhaust_receive_datagram(int socket, void *buffer, size_t size, struct exhaust_sender *sender);

/* Accepts a connection; its socket neither blocks nor survives exec. Returns it, or -1 with errno. */
int exhaust_accept(int socket, struct sockaddr_storage *address, socklen_t *length);

/* Memory with a descriptor (memfd_create(2)) of exactly `size` bytes, for ever: writing past its end, resizing and
   truncating it give EPERM. Returns the descriptor, or -1 with errno. */
int exhaust_sealed_memory(const char *name, size_t size);

/* CRC-32C (RFC 3720) of `bytes`, continued from `sum`, which is 0 at first. */
uint32_t exhaust_crc32c(uint32_t sum, const void *bytes, size_t size);
