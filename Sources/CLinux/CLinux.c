#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Before anything else opens a descriptor: one that takes the place of a closed standard stream would get its data. */
__attribute__((constructor)) static void hold_standard_descriptors(void) {
    int descriptor;
    do descriptor = open("/dev/null", O_RDWR);
    while (descriptor >= 0 && descriptor <= 2);
    if (descriptor > 2) close(descriptor);
}

int exhaust_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void exhaust_name_thread(const char *name) {
    char kept[16];
    snprintf(kept, sizeof kept, "%s", name);
    pthread_setname_np(pthread_self(), kept);
}

ssize_t exhaust_receive_datagram(int socket, void *buffer, size_t size, struct exhaust_sender *sender) {
    /* The union aligns the buffer as cmsg(3) demands. */
    union {
        char bytes[CMSG_SPACE(sizeof(struct ucred))];
        struct cmsghdr header;
    } control;
    struct iovec part = {.iov_base = buffer, .iov_len = size};
    struct msghdr message = {
        .msg_name = &sender->address,
        .msg_namelen = sizeof sender->address,
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    /* MSG_TRUNC gives the length of the datagram, not of what fitted (recv(2)). A sender may attach descriptors as
       well; without room for them the kernel closes them. */
    ssize_t length = recvmsg(socket, &message, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC);
    sender->address_length = length < 0 ? 0 : message.msg_namelen;
    sender->has_credentials = 0;
    if (length < 0) return length;
    for (struct cmsghdr *entry = CMSG_FIRSTHDR(&message); entry; entry = CMSG_NXTHDR(&message, entry)) {
        if (entry->cmsg_level != SOL_SOCKET || entry->cmsg_type != SCM_CREDENTIALS) continue;
        struct ucred credentials;
        memcpy(&credentials, CMSG_DATA(entry), sizeof credentials);
        sender->has_credentials = 1;
        sender->pid = credentials.pid;
        sender->uid = credentials.uid;
        sender->gid = credentials.gid;
    }
    return length;
}

int exhaust_accept(int socket, struct sockaddr_storage *address, socklen_t *length) {
    *length = sizeof *address;
    return accept4(socket, (struct sockaddr *)address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int exhaust_sealed_memory(const char *name, size_t size) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -1;
    if (ftruncate(descriptor, (off_t)size) == 0 &&
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
        return descriptor;
    int number = errno;
    close(descriptor);
    errno = number;
    return -1;
}

int exhaust_ask_clock(struct exhaust_clock *clock) {
    struct timex state = {0};
    if (adjtimex(&state) < 0) return -1;
    clock->is_synchronized = !(state.status & STA_UNSYNC);
    clock->offset = (double)state.offset / (state.status & STA_NANO ? 1e9 : 1e6);
    clock->maximum_error = (double)state.maxerror / 1e6;
    clock->estimated_error = (double)state.esterror / 1e6;
    return 0;
}

int exhaust_forbid_dumps(void) {
    struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none) == 0 ? prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) : -1;
}
