/* What the kernel tells of processes: the proc connector (linux/cn_proc.h) and audit (linux/audit.h), both netlink. */
#pragma once
#include <stdint.h>
#include <sys/types.h>

/* What a process did: the values of PROC_EVENT_*. */
enum exhaust_process_change {
    EXHAUST_PROCESS_OTHER = 0,
    EXHAUST_PROCESS_FORK = 1,
    EXHAUST_PROCESS_EXEC = 2,
    EXHAUST_PROCESS_USER = 4,
    EXHAUST_PROCESS_EXIT = 8,
};

/* One event. Those of threads that lead no process are EXHAUST_PROCESS_OTHER. */
struct exhaust_process_event {
    int32_t change;
    uint32_t cpu;
    /* Counts the events of one CPU. */
    uint32_t sequence;
    int32_t pid;
    /* Of a new process, and of one that ends. */
    int32_t parent;
    /* The wait status of one that ends. */
    uint32_t status;
    uint32_t real_user;
    uint32_t effective_user;
    /* CLOCK_MONOTONIC, in nanoseconds. */
    uint64_t time;
};

/* Opens the proc connector with a receive buffer of `buffer` bytes, if the kernel grants it, and asks for all events.
   The sequences count every event, so none are filtered. Returns the socket, or -1 with errno. */
int exhaust_open_process_events(int buffer);

/* Receives up to `limit` events without waiting. Returns how many, or -1 with errno; ENOBUFS once after a loss. */
int exhaust_receive_process_events(int socket, struct exhaust_process_event *events, int limit);

/* Opens audit's multicast group, which leaves the records to auditd as well. Returns the socket, or -1 with errno. */
int exhaust_open_audit(int buffer);

/* Receives one audit record without waiting: its type, and its text in `buffer`. Returns the text's length, or -1. */
ssize_t exhaust_receive_audit(int socket, char *buffer, size_t size, uint16_t *type);

/* Adds a rule that records each execve and execveat, and switches audit on; `was_off` says whether it was off. A rule
   that is left of a program which was killed is taken over, with what that had found. Returns 0, or a negative errno. */
int exhaust_add_exec_rule(int *was_off);

/* Removes that rule, and switches audit off if `was_off`, unless an auditd is there by now. Returns 0, or a negative
   errno. */
int exhaust_remove_exec_rule(int was_off);
