/* Captures packets with AF_PACKET and a ring in shared memory (packet(7), TPACKET_V3). */
#pragma once
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A socket that captures nothing yet, and its ring of `blocks` blocks of `block_size` bytes (whole pages) at `*memory`:
   the kernel hands a block over when it is full, or `timeout` ms after its first frame. Four bytes before each frame
   are free, for a VLAN tag. Returns the socket, or -1 with errno. */
int exhaust_open_ring(size_t block_size, unsigned blocks, unsigned timeout, void **memory);

/* Removes the ring and closes the socket. */
void exhaust_close_ring(int socket, void *memory, size_t size);

/* Keeps of what comes only what `program` says (SO_ATTACH_FILTER), in place of what an earlier one said. Returns 0, or
   -1 with errno. */
int exhaust_attach_filter(int socket, const struct sock_filter *program, unsigned short count);

/* Lets the packets of all interfaces in. Returns 0, or -1 with errno. */
int exhaust_start_ring(int socket);

/* Shares the packets between the sockets of a fanout `group`, a new one if negative, by what `program` gives: its first
   socket brings it. Returns the group, or -1 with errno. */
int exhaust_join_fanout(int socket, int group, const struct sock_filter *program, unsigned short count);

/* How many packets passed the filter and how many of those found no room since this was last asked. Returns 0, or -1
   with errno. */
int exhaust_ring_statistics(int socket, uint32_t *packets, uint32_t *drops);

/* Lets an interface receive what is addressed to others, as long as the socket is open, or no longer. Returns 0, or -1
   with errno. */
int exhaust_set_promiscuous(int socket, int interface, int is_on);

/* Whether the kernel has handed a block over: what it wrote can be read then. */
static inline int exhaust_has_block(const void *block) {
    const struct tpacket_block_desc *description = (const struct tpacket_block_desc *)block;
    return (__atomic_load_n(&description->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0;
}

/* Gives a block back. */
static inline void exhaust_return_block(void *block) {
    struct tpacket_block_desc *description = (struct tpacket_block_desc *)block;
    __atomic_store_n(&description->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}
