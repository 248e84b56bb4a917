#define _GNU_SOURCE
#include <errno.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process_watch.h"

int exhaust_watch_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int exhaust_watch_process(int set, uint32_t pid) {
#ifdef SYS_pidfd_open
    int descriptor = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
    if (descriptor < 0) return -1;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = pid};
    if (epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0) return descriptor;
    int error = errno;
    close(descriptor);
    errno = error;
#else
    (void)set, (void)pid;
    errno = ENOSYS;
#endif
    return -1;
}

int exhaust_watch_ended(int set, uint32_t *pids, int count) {
    struct epoll_event events[512];
    int found = epoll_wait(set, events, count < 512 ? count : 512, 0);
    for (int index = 0; index < found; index++) pids[index] = events[index].data.u32;
    return found;
}
