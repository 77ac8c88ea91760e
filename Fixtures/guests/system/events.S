/* A guest that knows what interrupts it, for -M virt -semihosting: in each of `rounds` rounds a system
   call, a fault, a request to QEMU itself, and one wait for the timer, whose interrupt it then takes.
   Ends with status 0 if its handlers have counted as much. */
    .globl rounds, called, faulting, asking, interrupted, exceptions, interrupts
    .set rounds, 4

    .section .first, "ax"
    .globl start
start:
    adrp x0, exception_table
    msr vbar_el1, x0
    mov x0, 0x08000000          /* the interrupt controller's distributor */
    mov w1, 1
    str w1, [x0]
    mov w1, 1 << 27             /* the virtual timer */
    str w1, [x0, 0x100]
    mov x20, 0x08010000         /* and its part for this processor */
    mov w1, 0xFF
    str w1, [x20, 4]
    mov w1, 1
    str w1, [x20]
    mov x19, rounds
    mov x21, 0                  /* exceptions, then interrupts that were seen */
    mov x22, 0
round:
    svc 0
called:
    mov x1, 0x00FF000000000000  /* beyond all memory */
faulting:
    ldr w0, [x1]
    mov w0, 0x10                /* SYS_CLOCK */
    mov x1, 0
asking:
    hlt 0xF000
    mrs x0, cntfrq_el0
    lsr x0, x0, 3               /* an eighth of a second */
    msr cntv_tval_el0, x0
    mov x0, 1
    msr cntv_ctl_el0, x0
    isb
    wfi                         /* ends although interrupts are masked */
    msr daifclr, 2
interrupted:
    msr daifset, 2
    subs x19, x19, 1
    b.ne round

    sub x21, x21, 2 * rounds
    sub x22, x22, rounds
    orr x0, x21, x22
    cmp x0, 0
    cset x0, ne
    adrp x1, leaving
    add x1, x1, :lo12:leaving
    str x0, [x1, 8]
    mov w0, 0x18                /* SYS_EXIT */
    hlt 0xF000

    .text
    .balign 4096
exception_table:
    .skip 0x200
exceptions:                     /* of the current level, with its own stack: synchronous */
    add x21, x21, 1
    mrs x0, esr_el1
    lsr x0, x0, 26
    cmp x0, 0x15                /* a system call */
    b.eq 1f
    mrs x0, elr_el1
    add x0, x0, 4
    msr elr_el1, x0
1:  eret
    .balign 128
interrupts:
    add x22, x22, 1
    ldr w0, [x20, 0xC]
    msr cntv_ctl_el0, xzr
    str w0, [x20, 0x10]
    eret

    .data
    .balign 8
leaving:
    .quad 0x20026, 0            /* ADP_Stopped_ApplicationExit, the status */
