#define _GNU_SOURCE
#include "CLinux.h"

#include <string.h>
#include <time.h>

enum { BATCH = 64 };

/* The union aligns the buffer as cmsg(3) demands. */
union control {
    char bytes[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(struct timespec))];
    struct cmsghdr header;
};

static void read_control(struct msghdr *message, struct exhaust_datagram *datagram) {
    for (struct cmsghdr *entry = CMSG_FIRSTHDR(message); entry; entry = CMSG_NXTHDR(message, entry)) {
        if (entry->cmsg_level != SOL_SOCKET) continue;
        if (entry->cmsg_type == SCM_CREDENTIALS) {
            struct ucred credentials;
            memcpy(&credentials, CMSG_DATA(entry), sizeof credentials);
            datagram->sender.has_credentials = 1;
            datagram->sender.pid = credentials.pid;
            datagram->sender.uid = credentials.uid;
            datagram->sender.gid = credentials.gid;
        } else if (entry->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec time;
            memcpy(&time, CMSG_DATA(entry), sizeof time);
            datagram->sent_seconds = time.tv_sec;
            datagram->sent_nanoseconds = time.tv_nsec;
        }
    }
}

int exhaust_receive_datagrams(
    int socket, void *buffer, size_t size, unsigned count, struct exhaust_datagram *datagrams) {
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    union control controls[BATCH];
    if (count > BATCH) count = BATCH;
    for (unsigned index = 0; index < count; index++) {
        parts[index] = (struct iovec){.iov_base = (char *)buffer + index * size, .iov_len = size};
        messages[index].msg_hdr = (struct msghdr){
            .msg_name = &datagrams[index].sender.address,
            .msg_namelen = sizeof datagrams[index].sender.address,
            .msg_iov = &parts[index],
            .msg_iovlen = 1,
            .msg_control = controls[index].bytes,
            .msg_controllen = sizeof controls[index].bytes,
        };
    }
    /* MSG_TRUNC gives the length of the datagram, not of what fitted (recv(2)). A sender may attach descriptors as
       well; without room for them the kernel closes them. */
    int received = recvmmsg(socket, messages, count, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC, NULL);
    for (int index = 0; index < received; index++) {
        struct exhaust_datagram *datagram = &datagrams[index];
        datagram->length = messages[index].msg_len;
        datagram->sender.address_length = messages[index].msg_hdr.msg_namelen;
        datagram->sender.has_credentials = 0;
        datagram->sent_seconds = datagram->sent_nanoseconds = 0;
        read_control(&messages[index].msg_hdr, datagram);
    }
    return received;
}
