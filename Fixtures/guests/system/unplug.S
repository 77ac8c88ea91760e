/* A guest for two processors, -M pc -smp 2, that takes the second one away, as an operating system does
   once it has been asked to let it go. Loaded and ended like start-x86.S's; status 0 if the machine
   says that it was there, and then that it is not. */
    .section .first, "ax"
    .balign 4
    .long 0x1BADB002, 0, -0x1BADB002
    .globl start
start:
    mov $0xAF00, %dx            /* QEMU's registers for it, docs/specs/acpi_cpu_hotplug */
    xor %eax, %eax
    out %eax, %dx               /* not the old kind */
    inc %eax
    out %eax, %dx               /* the second processor */
    mov $0xAF04, %dx
    in %dx, %al
    mov %al, %bl
    mov $8, %al
    out %al, %dx                /* is ejected */
    in %dx, %al
    not %al
    and %bl, %al                /* bit 0: it was enabled and is not */
    not %al
    and $1, %eax
    add $16, %eax
    mov $0x501, %dx
    out %eax, %dx
1:  hlt
    jmp 1b
