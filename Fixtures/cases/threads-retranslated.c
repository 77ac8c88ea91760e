// Three threads make system calls while the main thread executes N new loops, each so often that the recorder
// has all code translated anew. x86-64.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
enum { SIZE = 64, TIMES = 600000 };
static void *call(void *unused) {
  (void)unused;
  for (;;) syscall(SYS_getppid);
}
int main(int argc, char **argv) {
  int loops = argc > 1 ? atoi(argv[1]) : 60;
  pthread_t thread;
  for (int i = 0; i < 3; i++) pthread_create(&thread, 0, call, 0);
  char *code = mmap(0, loops * SIZE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < loops; i++) {
    int times = TIMES;
    // mov ecx, TIMES; 1: dec ecx; jnz 1b; ret
    memcpy(code + i * SIZE, "\xb9\0\0\0\0\xff\xc9\x75\xfc\xc3", 10);
    memcpy(code + i * SIZE + 1, &times, sizeof times);
    ((void (*)(void))(code + i * SIZE))();
  }
  puts("done"); fflush(stdout); _exit(0);
}
