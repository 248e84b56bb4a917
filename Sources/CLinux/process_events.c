#define _GNU_SOURCE
#include "process_events.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "name this machine's AUDIT_ARCH_* here"
#endif

static int open_netlink(int protocol, uint32_t groups, int buffer) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (descriptor < 0) return -1;
    /* FORCE goes past the machine's limit, with CAP_NET_ADMIN; without it as much as the limit allows. */
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) < 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
    if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0) return descriptor;
    int number = errno;
    close(descriptor);
    errno = number;
    return -1;
}

int exhaust_open_process_events(int buffer) {
    int descriptor = open_netlink(NETLINK_CONNECTOR, CN_IDX_PROC, buffer);
    if (descriptor < 0) return -1;
    struct {
        struct nlmsghdr header;
        struct cn_msg message;
        enum proc_cn_mcast_op operation;
    } __attribute__((packed)) request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = NLMSG_DONE},
        .message = {.id = {CN_IDX_PROC, CN_VAL_PROC}, .len = sizeof request.operation},
        .operation = PROC_CN_MCAST_LISTEN,
    };
    if (send(descriptor, &request, sizeof request, 0) == sizeof request) return descriptor;
    int number = errno;
    close(descriptor);
    errno = number;
    return -1;
}

static void read_event(const struct proc_event *event, struct exhaust_process_event *result) {
    result->cpu = event->cpu;
    result->time = event->timestamp_ns;
    switch ((int)event->what) {
    case PROC_EVENT_FORK:
        if (event->event_data.fork.child_pid != event->event_data.fork.child_tgid) return;
        result->change = EXHAUST_PROCESS_FORK;
        result->pid = event->event_data.fork.child_tgid;
        result->parent = event->event_data.fork.parent_tgid;
        return;
    case PROC_EVENT_EXEC:
        result->change = EXHAUST_PROCESS_EXEC;
        result->pid = event->event_data.exec.process_tgid;
        return;
    case PROC_EVENT_UID:
        if (event->event_data.id.process_pid != event->event_data.id.process_tgid) return;
        result->change = EXHAUST_PROCESS_USER;
        result->pid = event->event_data.id.process_tgid;
        result->real_user = event->event_data.id.r.ruid;
        result->effective_user = event->event_data.id.e.euid;
        return;
    case PROC_EVENT_EXIT:
        if (event->event_data.exit.process_pid != event->event_data.exit.process_tgid) return;
        result->change = EXHAUST_PROCESS_EXIT;
        result->pid = event->event_data.exit.process_tgid;
        result->parent = event->event_data.exit.parent_tgid;
        result->status = event->event_data.exit.exit_code;
        return;
    }
}

#define BATCH 64

int exhaust_receive_process_events(int socket, struct exhaust_process_event *events, int limit) {
    struct {
        _Alignas(struct nlmsghdr) char bytes[256];
    } buffers[BATCH];
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    struct sockaddr_nl senders[BATCH];
    if (limit > BATCH) limit = BATCH;
    memset(messages, 0, sizeof messages);
    for (int index = 0; index < limit; index++) {
        parts[index] = (struct iovec){.iov_base = buffers[index].bytes, .iov_len = sizeof buffers[index].bytes};
        messages[index].msg_hdr = (struct msghdr){
            .msg_name = &senders[index],
            .msg_namelen = sizeof senders[index],
            .msg_iov = &parts[index],
            .msg_iovlen = 1,
        };
    }
    int received = recvmmsg(socket, messages, limit, MSG_DONTWAIT, NULL);
    if (received < 0) return -1;
    int count = 0;
    for (int index = 0; index < received; index++) {
        const size_t head = NLMSG_HDRLEN + sizeof(struct cn_msg);
        struct cn_msg message;
        struct proc_event event;
        memset(&event, 0, sizeof event);
        size_t length = messages[index].msg_len;
        /* Only the kernel has port 0; any process with the right may send to the group. */
        if (senders[index].nl_pid != 0 || length < head) continue;
        memcpy(&message, buffers[index].bytes + NLMSG_HDRLEN, sizeof message);
        size_t rest = length - head;
        memcpy(&event, buffers[index].bytes + head, rest < sizeof event ? rest : sizeof event);
        /* The answer to the request has no sequence of a CPU. */
        if (message.id.idx != CN_IDX_PROC || (int)event.what == PROC_EVENT_NONE) continue;
        struct exhaust_process_event result = {.sequence = message.seq};
        read_event(&event, &result);
        events[count++] = result;
    }
    return count;
}

int exhaust_open_audit(int buffer) { return open_netlink(NETLINK_AUDIT, AUDIT_NLGRP_READLOG, buffer); }

ssize_t exhaust_receive_audit(int socket, char *buffer, size_t size, uint16_t *type) {
    struct nlmsghdr header;
    struct iovec parts[] = {{.iov_base = &header, .iov_len = sizeof header}, {.iov_base = buffer, .iov_len = size}};
    struct sockaddr_nl sender;
    struct msghdr message = {
        .msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = parts, .msg_iovlen = 2};
    ssize_t length = recvmsg(socket, &message, MSG_DONTWAIT);
    if (length < 0) return -1;
    *type = 0;
    if (length < (ssize_t)sizeof header || sender.nl_pid != 0) return 0;
    *type = header.nlmsg_type;
    length -= sizeof header;
    while (length > 0 && buffer[length - 1] == 0) length--;
    return length;
}

/* Asks, and waits for the answer, which has the question's number; one of type `type` goes to `status`, if there is one.
   The kernel acknowledges each question beside answering it, in either order. */
static int ask(int descriptor, uint16_t type, const void *data, size_t size, struct audit_status *status) {
    static atomic_uint numbers;
    struct {
        struct nlmsghdr header;
        char data[2048];
    } request = {
        .header = {
            .nlmsg_len = NLMSG_LENGTH(size),
            .nlmsg_type = type,
            .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
            .nlmsg_seq = atomic_fetch_add(&numbers, 1) + 1,
        }};
    if (size > sizeof request.data) return -EINVAL;
    if (size > 0) memcpy(request.data, data, size);
    if (send(descriptor, &request, request.header.nlmsg_len, 0) < 0) return -errno;
    struct {
        struct nlmsghdr header;
        char data[8192];
    } reply;
    while (1) {
        ssize_t length = recv(descriptor, &reply, sizeof reply, 0) - (ssize_t)sizeof reply.header;
        if (length < -1) return -errno;
        if (reply.header.nlmsg_seq != request.header.nlmsg_seq) continue;
        if (reply.header.nlmsg_type == NLMSG_ERROR && length >= (ssize_t)sizeof(int)) {
            int result;
            memcpy(&result, reply.data, sizeof result);
            if (result != 0 || !status) return result;
        } else if (status && reply.header.nlmsg_type == type) {
            /* Older kernels give less. */
            memcpy(status, reply.data, (size_t)length < sizeof *status ? (size_t)length : sizeof *status);
            return 0;
        }
    }
}

static int open_control(void) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
    struct timeval limit = {.tv_sec = 2};
    if (descriptor >= 0) setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return descriptor;
}

/* The rule's key names its owner, and keeps what was found for an emitter that comes after one that was killed. */
static const char *rule_key(int was_off) { return was_off ? "exhaust-audit-was-off" : "exhaust-audit-was-on"; }

static int change_rule(int descriptor, uint16_t type, int was_off) {
    union {
        struct audit_rule_data rule;
        char bytes[sizeof(struct audit_rule_data) + 64];
    } request = {.rule = {.flags = AUDIT_FILTER_EXIT, .action = AUDIT_ALWAYS, .field_count = 2}};
    struct audit_rule_data *rule = &request.rule;
    rule->fields[0] = AUDIT_ARCH;
    rule->fieldflags[0] = AUDIT_EQUAL;
    rule->values[0] = NATIVE_ARCHITECTURE;
    rule->fields[1] = AUDIT_FILTERKEY;
    rule->fieldflags[1] = AUDIT_EQUAL;
    rule->values[1] = rule->buflen = (uint32_t)strlen(rule_key(was_off));
    memcpy(request.bytes + sizeof *rule, rule_key(was_off), rule->buflen);
    rule->mask[AUDIT_WORD(SYS_execve)] |= AUDIT_BIT(SYS_execve);
    rule->mask[AUDIT_WORD(SYS_execveat)] |= AUDIT_BIT(SYS_execveat);
    return ask(descriptor, type, &request, sizeof *rule + rule->buflen, NULL);
}

static int switch_audit(int descriptor, uint32_t enabled) {
    struct audit_status status = {.mask = AUDIT_STATUS_ENABLED, .enabled = enabled};
    return ask(descriptor, AUDIT_SET, &status, sizeof status, NULL);
}

int exhaust_add_exec_rule(int *was_off) {
    int descriptor = open_control();
    if (descriptor < 0) return -errno;
    struct audit_status status = {0};
    int result = ask(descriptor, AUDIT_GET, NULL, 0, &status);
    if (result == 0) {
        int was_killed = change_rule(descriptor, AUDIT_DEL_RULE, 1) == 0;
        change_rule(descriptor, AUDIT_DEL_RULE, 0);
        *was_off = was_killed || status.enabled == 0;
        result = change_rule(descriptor, AUDIT_ADD_RULE, *was_off);
    }
    if (result == 0 && status.enabled == 0) {
        result = switch_audit(descriptor, 1);
        if (result != 0) change_rule(descriptor, AUDIT_DEL_RULE, *was_off);
    }
    close(descriptor);
    return result;
}

int exhaust_remove_exec_rule(int was_off) {
    int descriptor = open_control();
    if (descriptor < 0) return -errno;
    struct audit_status status = {0};
    int result = change_rule(descriptor, AUDIT_DEL_RULE, was_off);
    int answer = ask(descriptor, AUDIT_GET, NULL, 0, &status);
    /* An auditd that came meanwhile wants it on. */
    if (answer == 0 && was_off && status.pid == 0) answer = switch_audit(descriptor, 0);
    close(descriptor);
    return result != 0 ? result : answer;
}
