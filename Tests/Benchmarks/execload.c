/* Runs `program` RATE times a second for SECONDS: the load of deploy/make/bench-cli. Prints how many it ran. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count < 4) return 64;
    long rate = atol(arguments[1]), total = rate * atol(arguments[2]);
    char number[32];
    char *words[] = {arguments[3], number, NULL};
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long done = 0; done < total; done++) {
        snprintf(number, sizeof number, "%ld", done);
        pid_t child = vfork();
        if (child == 0) {
            execv(arguments[3], words);
            _exit(127);
        }
        if (child < 0) return 71;
        waitpid(child, NULL, 0);
        clock_gettime(CLOCK_MONOTONIC, &now);
        double due = (double)(done + 1) / rate;
        double spent = (now.tv_sec - start.tv_sec) + (now.tv_nsec - start.tv_nsec) / 1e9;
        if (due > spent) {
            struct timespec rest = {.tv_nsec = (long)((due - spent) * 1e9) % 1000000000};
            nanosleep(&rest, NULL);
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    printf("%ld %.1f\n", total, (now.tv_sec - start.tv_sec) + (now.tv_nsec - start.tv_nsec) / 1e9);
    return 0;
}
