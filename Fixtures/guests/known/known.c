/* A guest that knows what it does: `called` runs 1000 times, each time with the same accesses to memory;
   the status tells what a plugin has changed. It runs as a program, and without an operating system
   (`firmware`, see ../system). */

unsigned long called(unsigned long number); /* word = number; gives word; loads byte */
unsigned long asked(unsigned long number);  /* gives number */
unsigned long skipped(void);                /* gives 1; landing, behind it, gives 2 */
int known(void);

volatile unsigned long word, changed, changed_physical;
volatile signed char byte = -128;

#if defined __x86_64__
__asm__(".text\n"
        ".globl called, asked, skipped, landing\n"
        ".type called, @function\n"
        "called: mov %rdi, word(%rip)\n"
        "mov word(%rip), %rax\n"
        "movsbl byte(%rip), %ecx\n"
        "ret\n"
        ".size called, . - called\n"
        "asked: mov %rdi, %rax\n"
        "ret\n"
        "skipped: mov $1, %eax\n"
        "ret\n"
        "landing: mov $2, %eax\n"
        "ret\n");
#elif defined __aarch64__
__asm__(".text\n"
        ".globl called, asked, skipped, landing\n"
        ".type called, %function\n"
        "called: adrp x1, word\n"
        "add x1, x1, :lo12:word\n"
        "adrp x2, byte\n"
        "add x2, x2, :lo12:byte\n"
        "str x0, [x1]\n"
        "ldr x0, [x1]\n"
        "ldrsb w3, [x2]\n"
        "ret\n"
        ".size called, . - called\n"
        "asked: ret\n"
        "skipped: mov x0, 1\n"
        "ret\n"
        "landing: mov x0, 2\n"
        "ret\n");
#endif

/* Seconds since the machine began, as it counts them. */
static unsigned long seconds(void)
{
#ifdef __aarch64__
    unsigned long count, frequency;
    __asm__ volatile("mrs %0, cntvct_el0\nmrs %1, cntfrq_el0" : "=r"(count), "=r"(frequency));
    return count / frequency;
#else
    return 0;
#endif
}

enum { REGISTER = 1, MEMORY = 2, PHYSICAL = 4, JUMP = 8, TIME = 16, WRONG = 32 };

int known(void)
{
    int status = 0;
    for (unsigned long number = 1; number <= 1000; number++)
        if (called(number) != number)
            return WRONG;
    if (asked(5) == 6)
        status |= REGISTER;
    if (changed == 7)
        status |= MEMORY;
    if (changed_physical == 8)
        status |= PHYSICAL;
    if (skipped() == 2)
        status |= JUMP;
    if (seconds() >= 3)
        status |= TIME;
    return status;
}
