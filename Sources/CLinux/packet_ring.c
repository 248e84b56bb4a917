#include "packet_ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel only computes with it: frames take as much room as they need. */
#define FRAME_SIZE 2048

static int set(int socket, int option, int value) {
    return setsockopt(socket, SOL_PACKET, option, &value, sizeof value);
}

static int make_ring(int socket, size_t block_size, unsigned blocks, unsigned timeout, void **memory) {
    struct tpacket_req3 request = {
        .tp_block_size = block_size,
        .tp_block_nr = blocks,
        .tp_frame_size = FRAME_SIZE,
        .tp_frame_nr = block_size / FRAME_SIZE * blocks,
        .tp_retire_blk_tov = timeout,
    };
    if (set(socket, PACKET_VERSION, TPACKET_V3) < 0 || set(socket, PACKET_RESERVE, 4) < 0 ||
        setsockopt(socket, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) < 0)
        return -1;
    *memory = mmap(NULL, block_size * blocks, PROT_READ | PROT_WRITE, MAP_SHARED, socket, 0);
    return *memory == MAP_FAILED ? -1 : 0;
}

int exhaust_open_ring(size_t block_size, unsigned blocks, unsigned timeout, void **memory) {
    /* Without a protocol it receives nothing until it is bound to one. */
    int descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    if (make_ring(descriptor, block_size, blocks, timeout, memory) == 0) return descriptor;
    int number = errno;
    close(descriptor);
    errno = number;
    return -1;
}

void exhaust_close_ring(int socket, void *memory, size_t size) {
    munmap(memory, size);
    close(socket);
}

static struct sock_fprog whole(const struct sock_filter *program, unsigned short count) {
    return (struct sock_fprog){.len = count, .filter = (struct sock_filter *)program};
}

int exhaust_attach_filter(int socket, const struct sock_filter *program, unsigned short count) {
    struct sock_fprog filter = whole(program, count);
    return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

int exhaust_start_ring(int socket) {
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    return bind(socket, (struct sockaddr *)&address, sizeof address);
}

int exhaust_join_fanout(int socket, int group, const struct sock_filter *program, unsigned short count) {
    int type = PACKET_FANOUT_CBPF;
    if (group >= 0) return set(socket, PACKET_FANOUT, group | type << 16) < 0 ? -1 : group;
    if (set(socket, PACKET_FANOUT, (type | PACKET_FANOUT_FLAG_UNIQUEID) << 16) < 0) return -1;
    struct sock_fprog choice = whole(program, count);
    if (setsockopt(socket, SOL_PACKET, PACKET_FANOUT_DATA, &choice, sizeof choice) < 0) return -1;
    int made = 0;
    socklen_t length = sizeof made;
    return getsockopt(socket, SOL_PACKET, PACKET_FANOUT, &made, &length) < 0 ? -1 : made & 0xffff;
}

int exhaust_ring_statistics(int socket, uint32_t *packets, uint32_t *drops) {
    struct tpacket_stats_v3 statistics = {0};
    socklen_t length = sizeof statistics;
    if (getsockopt(socket, SOL_PACKET, PACKET_STATISTICS, &statistics, &length) < 0) return -1;
    *packets = statistics.tp_packets;
    *drops = statistics.tp_drops;
    return 0;
}

int exhaust_set_promiscuous(int socket, int interface, int is_on) {
    struct packet_mreq request = {.mr_ifindex = interface, .mr_type = PACKET_MR_PROMISC};
    int option = is_on ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP;
    return setsockopt(socket, SOL_PACKET, option, &request, sizeof request);
}
