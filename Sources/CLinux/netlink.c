#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int exhaust_netlink_socket(int protocol, int receive_bytes) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (descriptor < 0) return -1;
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &receive_bytes, sizeof receive_bytes) != 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    struct sockaddr_nl address = {.nl_family = AF_NETLINK};
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0) return descriptor;
    int number = errno;
    close(descriptor);
    errno = number;
    return -1;
}

int64_t exhaust_socket_drops(int socket) {
    uint32_t numbers[SK_MEMINFO_VARS] = {0};
    socklen_t length = sizeof numbers;
    if (getsockopt(socket, SOL_SOCKET, SO_MEMINFO, numbers, &length) != 0) return -1;
    if (length > SK_MEMINFO_DROPS * sizeof *numbers) return numbers[SK_MEMINFO_DROPS];
    errno = ENOPROTOOPT;
    return -1;
}

int exhaust_netlink_join(int socket, uint32_t group) {
    return setsockopt(socket, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group);
}

ssize_t exhaust_netlink_receive(int socket, void *buffer, size_t size) {
    struct sockaddr_nl sender;
    struct iovec part = {.iov_base = buffer, .iov_len = size};
    while (1) {
        struct msghdr message = {
            .msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = &part, .msg_iovlen = 1};
        ssize_t length = recvmsg(socket, &message, MSG_DONTWAIT);
        if (length < 0 && errno == EINTR) continue;
        /* Only the kernel has port 0; any process with the right may send to a group. */
        if (length >= 0 && sender.nl_pid != 0) continue;
        if (length < 0 || !(message.msg_flags & MSG_TRUNC)) return length;
        errno = EMSGSIZE;
        return -1;
    }
}

/* The kernel's type of a handle that is the number of a kernfs node (FILEID_KERNFS of linux/exportfs.h). */
enum { KERNFS_HANDLE = 0xfe };

int exhaust_open_control_group(int mount, uint64_t id) {
    union {
        struct file_handle handle;
        char bytes[sizeof(struct file_handle) + sizeof id];
    } place = {.handle = {.handle_bytes = sizeof id, .handle_type = KERNFS_HANDLE}};
    memcpy(place.handle.f_handle, &id, sizeof id);
    return open_by_handle_at(mount, &place.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}
