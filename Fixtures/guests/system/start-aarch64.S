/* For -M virt -semihosting; ends by semihosting's SYS_EXIT. */
    .section .first, "ax"
    .globl start
start:
    adrp x0, vectors
    msr vbar_el1, x0
    adrp x0, stack_end
    mov sp, x0
    bl firmware
    adrp x1, leaving
    add x1, x1, :lo12:leaving
    str x0, [x1, 8]
    mov w0, 0x18                /* SYS_EXIT */
    hlt 0xF000

    .globl faulting
    .type faulting, %function
faulting:
    adr x0, resumed
    msr tpidr_el1, x0
    mov x1, 0x00FF000000000000  /* beyond all memory */
    ldr w0, [x1]
    add w0, w0, 1               /* not executed, but in the block */
    ret
resumed:
    mov w0, 7
    ret
    .size faulting, . - faulting

    .text
    .balign 4096
vectors:
    .skip 0x200                 /* of the current level, with its own stack: synchronous */
    mrs x0, tpidr_el1
    msr elr_el1, x0
    eret

    .data
    .balign 8
leaving:
    .quad 0x20026, 0            /* ADP_Stopped_ApplicationExit, the status */
