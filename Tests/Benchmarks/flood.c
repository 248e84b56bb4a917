/* Sends frames of UDP as fast as the machine can, or at a rate: `flood INTERFACE COUNT BYTES FLOWS [RATE]`. Each flow has
   an address of its own. Prints how many frames it sent and in how many seconds. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, HEADERS = 42, LARGEST = 1514 };

static unsigned char frames[BATCH][LARGEST];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void put16(unsigned char *place, unsigned value) {
    place[0] = value >> 8;
    place[1] = value;
}

static void fill(unsigned char *frame, size_t size, unsigned flow) {
    static const unsigned char start[] = {
        2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 0, 10, 255, 0, 1};
    memcpy(frame, start, sizeof start);
    put16(frame + 16, size - 14);
    frame[27] = flow >> 16;
    put16(frame + 28, flow);
    put16(frame + 34, 1024);
    put16(frame + 36, 9);
    put16(frame + 38, size - 34);
}

int main(int count, char **words) {
    if (count < 5) return 64;
    long left = atol(words[2]), sent = 0;
    size_t size = atol(words[3]) < HEADERS ? HEADERS : atol(words[3]) > LARGEST ? LARGEST : atol(words[3]);
    unsigned flows = atol(words[4]), flow = 0;
    double rate = count > 5 ? atof(words[5]) : 0;
    int descriptor = socket(AF_PACKET, SOCK_RAW, 0), yes = 1;
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(words[1])};
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0) {
        perror(words[1]);
        return 1;
    }
    setsockopt(descriptor, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
    struct mmsghdr messages[BATCH] = {0};
    struct iovec parts[BATCH];
    for (int index = 0; index < BATCH; index++) {
        parts[index] = (struct iovec){.iov_base = frames[index], .iov_len = size};
        messages[index].msg_hdr = (struct msghdr){.msg_iov = &parts[index], .msg_iovlen = 1};
    }
    double start = now();
    while (left > 0) {
        int batch = left < BATCH ? left : BATCH;
        for (int index = 0; index < batch; index++) fill(frames[index], size, flow++ % flows);
        int done = sendmmsg(descriptor, messages, batch, 0);
        if (done < 0 && errno != ENOBUFS && errno != EAGAIN) {
            perror("sendmmsg");
            return 1;
        }
        if (done > 0) {
            sent += done;
            left -= done;
        }
        while (rate > 0 && sent > rate * (now() - start)) usleep(100);
    }
    printf("%ld frames in %.3f s\n", sent, now() - start);
    return 0;
}
