#define _GNU_SOURCE
#include "Host.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct qemu_lock {
    pthread_mutex_t mutex;
};

struct qemu_lock *qemu_lock_new(void) {
    struct qemu_lock *lock = malloc(sizeof *lock);
    if (lock == NULL) abort();
    pthread_mutex_init(&lock->mutex, NULL);
    return lock;
}

void qemu_lock_free(struct qemu_lock *lock) {
    pthread_mutex_destroy(&lock->mutex);
    free(lock);
}

void qemu_lock_take(struct qemu_lock *lock) { pthread_mutex_lock(&lock->mutex); }
void qemu_lock_give(struct qemu_lock *lock) { pthread_mutex_unlock(&lock->mutex); }

uint64_t qemu_host_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
