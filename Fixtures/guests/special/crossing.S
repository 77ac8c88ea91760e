/* x86-64: the second instruction of the block at `block` begins two bytes before the end of its page
   and ends on the next one. QEMU then ends the block before it, and before 8.2 still counts it in
   the number of instructions that it tells plugins. With CUT there is no next page: the guest ends by
   SIGSEGV before that instruction. */
    .text
    .globl _start
    .balign 4096
_start:
    jmp block
    .fill 4096 - 7 - (. - _start), 1, 0x90
block:
    mov $1, %ebx                /* 5 bytes: seven to two before the page's end */
#ifdef CUT
    .byte 0xb8, 231
#else
    mov $231, %eax              /* exit_group; crosses: 5 bytes, two here and three there */
    xor %edi, %edi
    syscall
#endif
