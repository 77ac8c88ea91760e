/* A guest of which parts are to be recorded. Its first argument names one thing to do. */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096

static volatile int sum;

/* Recording begins and ends here. */
void begin(void) { sum++; }
void end(void) { sum--; }

void before(void) { sum += 2; }
void after(void) { sum += 3; }

void inside(int round)
{
    if (round == 1)
        sum += 5;
    else
        sum += 7;
}

static int phases(int rounds)
{
    before();
    for (int round = 0; round < rounds; round++) {
        begin();
        inside(round);
        end();
        after();
    }
    return 0;
}

/* Recording begins and ends in the middle of a block, which is in one page. */
__attribute__((noinline, aligned(256))) static int middle(void)
{
    sum = 1;
    __asm__ volatile(".globl middle_begin\nmiddle_begin:" ::: "memory");
    sum += 2;
    sum += 3;
    __asm__ volatile(".globl middle_end\nmiddle_end:" ::: "memory");
    sum += 4;
    return sum == 10 ? 0 : 1;
}

static void *in_thread(void *argument)
{
    before();
    return argument;
}

static void *too_late(void *argument)
{
    after();
    return argument;
}

static int in_turn(void *(*function)(void *))
{
    pthread_t thread;
    return pthread_create(&thread, NULL, function, NULL) || pthread_join(thread, NULL);
}

static int threads(void)
{
    begin();
    int failed = in_turn(in_thread);
    end();
    return failed || in_turn(too_late);
}

/* A long time before recording begins, one within, one behind. */
static int long_phases(int rounds)
{
    for (int phase = 0; phase < 3; phase++) {
        if (phase == 1)
            begin();
        for (int i = 0; i < rounds; i++)
            inside(i & 1);
        if (phase == 1)
            end();
        after();
    }
    return 0;
}

static char *page;
static sigjmp_buf back;
static int jumps;

static void repair(int number)
{
    (void)number;
    if (jumps)
        siglongjmp(back, 1);
    mprotect(page, PAGE, PROT_READ | PROT_WRITE);
}

/* One block, in one page, which faults at its second store where the page is not there. */
__attribute__((noinline, aligned(256))) static void store(volatile char *place)
{
    sum += 1;
    *place = 1;
    sum += 2;
    sum += 3;
}

static int fault(int rounds, int killed)
{
    page = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED || signal(SIGSEGV, repair) == SIG_ERR)
        return 1;
    for (int i = 0; i < rounds; i++)
        if (sigsetjmp(back, 1) == 0)
            store(page);
    if (killed)
        kill(getpid(), SIGKILL);
    return 0;
}

static int (*made(void *place, int value))(void)
{
#if defined __x86_64__
    unsigned char code[] = {0xb8, 0, 0, 0, 0, 0xc3}; /* mov $value, %eax; ret */
    memcpy(code + 1, &value, 4);
#elif defined __aarch64__
    uint32_t code[] = {0x52800000u | (uint32_t)value << 5, 0xd65f03c0}; /* mov w0, #value; ret */
#else
    unsigned char code[] = {0};
    (void)value;
#endif
    memcpy(place, code, sizeof code);
    __builtin___clear_cache((char *)place, (char *)place + sizeof code);
    return (int (*)(void))place;
}

static char *mapped(void *place, size_t bytes, int protection, int more)
{
    char *memory = mmap(place, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | more, -1, 0);
    if (memory == MAP_FAILED)
        exit(2);
    return memory;
}

/* Code in mappings that come, go and grow; prints where each is. */
static int code(void)
{
    const int all = PROT_READ | PROT_WRITE | PROT_EXEC;
    char *space = mapped(NULL, 64 * PAGE, PROT_NONE, 0);
    char *first = mapped(space + PAGE, 2 * PAGE, all, MAP_FIXED);
    int result = made(first, 1)() + made(first + PAGE, 2)();
    char *second = mapped(space + 16 * PAGE, PAGE, all, MAP_FIXED);
    result += made(second, 3)();
    char *grown = mapped(second + PAGE, PAGE, all, MAP_FIXED);
    result += made(grown, 4)();
    munmap(first, PAGE);
    if (mapped(first, PAGE, all, MAP_FIXED) != first)
        return 1;
    result += made(first + 64, 5)();
    printf("%p %p %p\n", (void *)first, (void *)second, (void *)grown);
    return result == 15 ? 0 : 1;
}

static int ask_time(void)
{
    struct timespec now;
    printf("%#lx\n", getauxval(AT_SYSINFO_EHDR)); /* where the vDSO is, 0 where there is none */
    return clock_gettime(CLOCK_MONOTONIC, &now);
}

int main(int count, char **arguments)
{
    const char *what = count > 1 ? arguments[1] : "";
    int number = count > 2 ? atoi(arguments[2]) : 0;

    if (strcmp(what, "phases") == 0)
        return phases(number);
    if (strcmp(what, "middle") == 0)
        return middle();
    if (strcmp(what, "threads") == 0)
        return threads();
    if (strcmp(what, "long") == 0)
        return long_phases(number);
    if (strcmp(what, "fault") == 0) /* the handler repairs and returns: each round runs through */
        return fault(number, 0);
    if (strcmp(what, "jump") == 0) { /* the handler leaves the block for good */
        jumps = 1;
        return fault(number, count > 3);
    }
    if (strcmp(what, "code") == 0)
        return code();
    if (strcmp(what, "time") == 0)
        return ask_time();
    fprintf(stderr, "phases: nothing known to do: '%s'\n", what);
    return 2;
}
