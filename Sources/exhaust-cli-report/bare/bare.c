/* The few functions of the C library that the helper calls, without the rest: starting glibc, even a static one, takes
   longer than all that the helper does. `make build` links this on x86-64; elsewhere the C library serves. */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **arguments);
static char **environment;
static int number;
int *__errno_location(void) { return &number; }

static long call(long name, long a, long b, long c, long d, long e, long f) {
    register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(name), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    if (result >= 0) return result;
    number = (int)-result;
    return -1;
}

__attribute__((used, noreturn)) static void begin(long *stack) {
    environment = (char **)(stack + stack[0] + 2);
    call(SYS_exit_group, main((int)stack[0], (char **)(stack + 1)), 0, 0, 0, 0, 0);
    __builtin_unreachable();
}

__asm__(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");

size_t strnlen(const char *text, size_t limit) {
    size_t size = 0;
    while (size < limit && text[size]) size++;
    return size;
}
size_t strlen(const char *text) { return strnlen(text, (size_t)-1); }
int strcmp(const char *left, const char *right) {
    while (*left && *left == *right) left++, right++;
    return *left - *right;
}
void *memcpy(void *to, const void *from, size_t size) {
    for (size_t i = 0; i < size; i++) ((char *)to)[i] = ((const char *)from)[i];
    return to;
}
void *memset(void *to, int byte, size_t size) {
    for (size_t i = 0; i < size; i++) ((char *)to)[i] = (char)byte;
    return to;
}
char *strcpy(char *to, const char *from) { return memcpy(to, from, strlen(from) + 1); }
char *getenv(const char *name) {
    size_t size = strlen(name);
    for (char **entry = environment; *entry; entry++) {
        size_t i = 0;
        while (i < size && (*entry)[i] == name[i]) i++;
        if (i == size && (*entry)[i] == '=') return *entry + size + 1;
    }
    return 0;
}

__sighandler_t signal(int name, __sighandler_t handler) {
    /* The kernel's own form: handler, flags, restorer, mask. */
    long action[4] = {(long)handler, 0, 0, 0};
    call(SYS_rt_sigaction, name, (long)action, 0, 8, 0, 0);
    return handler;
}
pid_t getppid(void) { return (pid_t)call(SYS_getppid, 0, 0, 0, 0, 0, 0); }
int isatty(int file) {
    char settings[64];
    return call(SYS_ioctl, file, 0x5401 /* TCGETS */, (long)settings, 0, 0, 0) == 0;
}
ssize_t readlink(const char *path, char *to, size_t size) {
    return call(SYS_readlinkat, -100 /* AT_FDCWD */, (long)path, (long)to, (long)size, 0, 0);
}
char *getcwd(char *to, size_t size) {
    return call(SYS_getcwd, (long)to, (long)size, 0, 0, 0, 0) < 0 ? 0 : to;
}
int socket(int family, int type, int protocol) { return (int)call(SYS_socket, family, type, protocol, 0, 0, 0); }
int connect(int file, const struct sockaddr *address, socklen_t size) {
    return (int)call(SYS_connect, file, (long)address, size, 0, 0, 0);
}
ssize_t send(int file, const void *bytes, size_t size, int flags) {
    return call(SYS_sendto, file, (long)bytes, (long)size, flags, 0, 0);
}
int poll(struct pollfd *entries, nfds_t count, int milliseconds) {
    long limit[2] = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    return (int)call(SYS_ppoll, (long)entries, (long)count, (long)limit, 0, 8, 0);
}
