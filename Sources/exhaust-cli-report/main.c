/* Sends one report of a shell's hook to exhaust-emitter-cli-logging, as one datagram, and exits.

       exhaust-cli-report start SHELL NUMBER                         the command in $EXHAUST_CLI_COMMAND
       exhaust-cli-report end   SHELL NUMBER STATUS [MICROSECONDS]

   The command comes in the environment, which only its own user can read (the arguments are open to all). Nothing is
   printed and the status is always 0: a shell must not notice whether anyone listens. It waits 2 ms at most, and only
   for an emitter whose queue is full. In C, since a Swift program takes longer to start than a command may cost. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* How much of a command is kept; a shell cuts it a character later, so that its environment stays small. */
#define COMMAND_LIMIT 32000

static char datagram[COMMAND_LIMIT + 10240];
static size_t length;

/* Appends `name=value` and a NUL. */
static void add(const char *name, const char *value, size_t size) {
    size_t key = strlen(name);
    if (length + key + size + 2 > sizeof datagram) return;
    memcpy(datagram + length, name, key);
    datagram[length + key] = '=';
    memcpy(datagram + length + key + 1, value, size);
    length += key + 1 + size;
    datagram[length++] = 0;
}

static void add_text(const char *name, const char *value) { add(name, value, strnlen(value, 4096)); }

static void add_number(const char *name, unsigned value) {
    char text[12], *first = text + sizeof text;
    *--first = 0;
    do *--first = (char)('0' + value % 10);
    while (value /= 10);
    add_text(name, first);
}

static void add_command(const char *command) {
    size_t size = strlen(command);
    if (size > COMMAND_LIMIT) {
        size = COMMAND_LIMIT;
        /* Not within a character of UTF-8. */
        while (size > 0 && ((unsigned char)command[size] & 0xc0) == 0x80) size--;
        add_text("truncated", "1");
    }
    add("command", command, size);
}

static void send_datagram(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return;
    strcpy(address.sun_path, path);
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) return;
    if (send(descriptor, datagram, length, MSG_NOSIGNAL) >= 0 || errno != EAGAIN) return;
    struct pollfd entry = {.fd = descriptor, .events = POLLOUT};
    if (poll(&entry, 1, 2) == 1) (void)!send(descriptor, datagram, length, MSG_NOSIGNAL);
}

int main(int count, char **arguments) {
    /* A Ctrl-C that ends the command must not end the report of it. */
    signal(SIGINT, SIG_IGN);
    if (count < 4) return 0;
    const char *socket_path = getenv("EXHAUST_CLI_SOCKET");
    char text[4096];
    add_text("exhaust-cli", "1");
    add_text("phase", arguments[1]);
    add_text("shell", arguments[2]);
    add_number("pid", (unsigned)getppid());
    add_text("number", arguments[3]);
    /* Standard input is the shell's terminal; the link is what ttyname(3) looks for, in one call. */
    ssize_t size = isatty(0) ? readlink("/proc/self/fd/0", text, sizeof text) : 0;
    if (size > 0) add("tty", text, (size_t)size);
    if (strcmp(arguments[1], "start") == 0) {
        const char *command = getenv("EXHAUST_CLI_COMMAND");
        if (!command) return 0;
        if (getcwd(text, sizeof text)) add_text("cwd", text);
        add_command(command);
    } else {
        if (count > 4) add_text("exit", arguments[4]);
        if (count > 5) add_text("microseconds", arguments[5]);
    }
    send_datagram(socket_path ? socket_path : "/run/exhaust/cli.sock");
    return 0;
}
