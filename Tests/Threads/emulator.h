/* What the stand-in for QEMU (emulator.c) has for the program that it runs (guest.c). */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

enum { THREADS = 4, CODE = 0x10000000, STRIDE = 64, INSTRUCTIONS = 8, INSTRUCTION_SIZE = 4 };
enum { ID = 7 };

struct vcpu {
    unsigned int index;
    atomic_bool is_running;
    int has_work;
    uint64_t random;
    void *mapped;
};
extern struct vcpu vcpus[THREADS];
extern atomic_bool is_there[THREADS];
extern _Thread_local struct vcpu *current;
extern int blocks, is_precise, is_system;
extern const char *program;
extern _Atomic(struct qemu_plugin_tb *) *translated;
extern atomic_int *reached; /* instructions of each block that were executed */
extern pthread_mutex_t map_lock, plugin_lock;
extern int is_resetting, resets;

typedef void (*function)(void);
enum { TRANSLATION, CALLS, RETURNS, EXIT, FLUSH, EVENTS };
function event(int number);

void fail(const char *what);
void start_exclusive(void);
void end_exclusive(void);
uint64_t next_random(void);
void execute(int number);
