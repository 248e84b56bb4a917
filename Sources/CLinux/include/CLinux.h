/* Linux interfaces that Swift's Glibc module does not show. */
#pragma once
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "packet_ring.h"
#include "prefetch.h"
#include "process_events.h"
#include "process_watch.h"

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

/* One of several datagrams: its sender, its whole length, and when the kernel took it (on sockets that ask for it with
   SO_TIMESTAMPNS), or 0. */
struct exhaust_datagram {
    struct exhaust_sender sender;
    size_t length;
    int64_t sent_seconds;
    int64_t sent_nanoseconds;
};

/* Receives up to `count` datagrams without waiting, at most 64, with one call (recvmmsg(2)). The bytes of the first are
   at `buffer`, those of the next `size` further on, and so forth; at most `size` of each are kept. Returns how many
   came, or -1 with errno. */
int exhaust_receive_datagrams(
    int socket, void *buffer, size_t size, unsigned count, struct exhaust_datagram *datagrams);

/* Accepts a connection; its socket neither blocks nor survives exec. Returns it, or -1 with errno. */
int exhaust_accept(int socket, struct sockaddr_storage *address, socklen_t *length);

/* Memory with a descriptor (memfd_create(2)) of exactly `size` bytes, for ever: writing past its end, resizing and
   truncating it give EPERM. Returns the descriptor, or -1 with errno. */
int exhaust_sealed_memory(const char *name, size_t size);

/* A netlink socket that neither blocks nor survives exec, with room for `receive_bytes` of messages, past the machine's
   limit where the caller may (SO_RCVBUFFORCE). Returns the descriptor, or -1 with errno. */
int exhaust_netlink_socket(int protocol, int receive_bytes);

/* Lets the socket hear a multicast group (NETLINK_ADD_MEMBERSHIP). Returns 0, or -1 with errno. */
int exhaust_netlink_join(int socket, uint32_t group);

/* Receives one datagram of the kernel's without waiting; those of others are passed over. Returns its length, or -1
   with errno: EMSGSIZE if it has more than `size` bytes, ENOBUFS once after a loss. */
ssize_t exhaust_netlink_receive(int socket, void *buffer, size_t size);

/* Opens the folder of the control group `id` of the tree that `mount` is a file of (open_by_handle_at(2)); needs
   CAP_DAC_READ_SEARCH. Returns the descriptor, or -1 with errno. */
int exhaust_open_control_group(int mount, uint64_t id);

/* How many messages did not fit into a socket's buffer since it was made (SO_MEMINFO; socket(7) calls the same count
   SO_RXQ_OVFL), modulo 2^32. Returns -1 with errno. */
int64_t exhaust_socket_drops(int socket);

/* CRC-32C (RFC 3720) of `bytes`, continued from `sum`, which is 0 at first. */
uint32_t exhaust_crc32c(uint32_t sum, const void *bytes, size_t size);

/* What the kernel knows of its clock (adjtimex(2)), in seconds. */
struct exhaust_clock {
    int is_synchronized;
    double offset;
    double maximum_error;
    double estimated_error;
};

/* Asks, and changes nothing. Returns 0, or -1 with errno. */
int exhaust_ask_clock(struct exhaust_clock *clock);

/* Lets the kernel write no core of this process, nor others than root read its memory (setrlimit(2), and prctl(2)'s
   PR_SET_DUMPABLE), and crashes write nothing of it to the log. Returns 0, or -1 with errno. */
int exhaust_forbid_dumps(void);

/* Where `part` begins in `text`, or NULL (memmem(3), which takes time linear in both). */
const void *exhaust_find(const void *text, size_t size, const void *part, size_t length);
