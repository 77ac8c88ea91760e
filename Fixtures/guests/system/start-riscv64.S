/* For -M virt -bios none; ends by the test device. All processors begin at the first byte.
   PAIR: the second one works too. RESET: the machine is reset once. */
#define TEST_DEVICE 0x100000
#define FLAG 0x80400000         /* memory outside the ELF file's, which a reset leaves alone */
    .section .first, "ax"
    .globl start
start:
    csrr t0, mhartid
    bnez t0, other
    la t0, trap
    csrw mtvec, t0
    la sp, stack_end
    call firmware
    li t0, TEST_DEVICE
#ifdef RESET
    li t1, FLAG
    lw t2, (t1)
    bnez t2, leave
    li t2, 1
    sw t2, (t1)
    li t2, 0x7777               /* reset */
    sw t2, (t0)
1:  j 1b
leave:
#endif
    slli a0, a0, 16
    li t1, 0x3333               /* fail, with a status */
    or t1, t1, a0
    sw t1, (t0)
2:  j 2b
other:
#ifdef PAIR
    la sp, stack_middle
    call second
#endif
3:  wfi
    j 3b

    .globl faulting
    .type faulting, @function
faulting:
    la t0, resumed
    csrw mscratch, t0
    li a0, 0
    lw a0, (a0)                 /* nothing is there */
    addi a0, a0, 1              /* not executed, but in the block */
    ret
resumed:
    li a0, 7
    ret
    .size faulting, . - faulting

    .text
    .balign 4
trap:
    csrr t0, mscratch
    csrw mepc, t0
    mret
