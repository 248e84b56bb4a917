#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
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
    /* Swift's runtime writes of a crash what the registers point to (SWIFT_BACKTRACE). */
    const int crashes[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS};
    for (size_t index = 0; index < sizeof crashes / sizeof *crashes; index++) signal(crashes[index], SIG_DFL);
    return setrlimit(RLIMIT_CORE, &none) == 0 ? prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) : -1;
}

const void *exhaust_find(const void *text, size_t size, const void *part, size_t length) {
    return memmem(text, size, part, length);
}
