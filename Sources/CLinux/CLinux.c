#define _GNU_SOURCE
#include "CLinux.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/eventfd.h>

int exhaust_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void exhaust_name_thread(const char *name) {
    char kept[16];
    snprintf(kept, sizeof kept, "%s", name);
    pthread_setname_np(pthread_self(), kept);
}
