/* For -kernel, by the multiboot protocol: 32 bits, flat. Ends by isa-debug-exit at port 0x501, which
   makes of a status QEMU's exit status 2 * status + 1. */
    .section .first, "ax"
    .balign 4
    .long 0x1BADB002, 0, -0x1BADB002
    .globl start
start:
    lgdt descriptors_table
    ljmp $8, $1f
1:  mov $16, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov $stack_end, %esp
    mov $divided, %eax
    mov %ax, interrupts
    shr $16, %eax
    mov %ax, interrupts + 6
    lidt interrupts_table
    call firmware
    add $16, %eax               /* 33 is success: 1 is QEMU's own failure */
    mov $0x501, %dx
    out %eax, %dx
2:  hlt
    jmp 2b

    .globl faulting
    .type faulting, @function
faulting:
    xor %ecx, %ecx
    xor %edx, %edx
    mov $1, %eax
    div %ecx
    inc %eax                    /* not executed, but in the block */
    ret
resumed:
    mov $7, %eax
    ret
    .size faulting, . - faulting

    .text
divided:
    movl $resumed, (%esp)
    iret

    .data
    .balign 8
descriptors:
    .quad 0, 0x00CF9A000000FFFF, 0x00CF92000000FFFF
descriptors_table:
    .word . - descriptors - 1
    .long descriptors
interrupts:
    .word 0, 8, 0x8E00, 0       /* of a division by zero */
interrupts_table:
    .word 7
    .long interrupts
