#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/eventfd.h>

int exhaust_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int exhaust_eventfd_wake(int descriptor) {
    int status = eventfd_write(descriptor, 1);
    return status < 0 && errno == EAGAIN ? 0 : status;
}

int exhaust_eventfd_clear(int descriptor) {
    eventfd_t count;
    int status = eventfd_read(descriptor, &count);
    return status < 0 && errno == EAGAIN ? 0 : status;
}

void exhaust_name_thread(const char *name) {
    char kept[16];
    snprintf(kept, sizeof kept, "%s", name);
    pthread_setname_np(pthread_self(), kept);
}
