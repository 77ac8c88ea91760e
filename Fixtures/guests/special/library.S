# A library with functions of a block or two each, in pages of their own. PLACE moves its code.
    .text
    .macro function name, value
    .balign 4096
    .globl \name
    .type \name, @function
\name:
    mov $\value, %eax
    jmp 1f
    nop
1:  add $1, %eax
    ret
    .size \name, . - \name
    .endm
    function early, VALUE
    function late, VALUE + 1
    .section .note.GNU-stack, "", @progbits
