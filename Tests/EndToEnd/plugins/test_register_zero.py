"""The register that has the number 0, whose handle need not be other than null, by the example RegisterWatch:
against the guest itself, and against gdb through QEMU's stub; and, since none of the QEMUs at hand has one that is
null, with a program that stands in for a QEMU which does."""

import re
import socket
import subprocess
import time

from Tests.EndToEnd.support import firmware, qemus
from Tests.EndToEnd.support.setting import BUILD, ENVIRONMENT, ROOT, Case, output, run
from Tests.EndToEnd.plugins.test_every_function import symbols

PLUGIN = BUILD / "libregisterwatch.so"
ROUNDS = 20
# Processor -> the compiler's prefix, the register, and a program in which it is ROUNDS at `seen`, then one less,
# down to 1; RISC-V's is 0 for ever.
PROGRAMS = {
    "x86_64": ("", "rax", "mov $20, %eax; seen: dec %eax; jnz seen; mov $60, %eax; xor %edi, %edi; syscall"),
    "aarch64": ("aarch64-linux-gnu-", "x0",
                "mov x0, 20; seen: subs x0, x0, 1; b.ne seen; mov x8, 93; svc 0"),
    "arm": ("arm-linux-gnueabihf-", "r0", "mov r0, #20; seen: subs r0, r0, #1; bne seen; mov r7, #1; svc 0"),
    "riscv64": ("riscv64-linux-gnu-", "zero",
                "li a0, 20; seen: addi a0, a0, -1; bnez a0, seen; li a7, 93; ecall"),
}
# Bare-metal guest -> the register, as far as a first function is called with different values in it.
GUESTS = {"aarch64": "x0", "riscv64": "zero", "x86": "rax"}


class RegisterZero(Case):
    def logged(self, command, register, place, *guest):
        """What the plugin says that the register held each time."""
        log = self.folder / "log"
        log.unlink(missing_ok=True)
        run(*command, "-d", "plugin", "-D", log, "-plugin", f"{PLUGIN},register={register},at={place:#x}", *guest)
        lines = log.read_text().splitlines()
        self.assertEqual([line for line in lines if f": {register} 0x" not in line], [])
        return [int(line.split()[-1], 16) for line in lines]

    def test_null_as_a_handle(self):
        for version in (5, 7):
            host = self.folder / f"host-{version}"
            output("gcc", f"-DAPI={version}", "-Wall", "-Wextra", "-Werror", "-rdynamic",
                   ROOT / "Tests/EndToEnd/support/nullhandle.c", "-o", host)
            for register, held in (("r0", "0x1234"), ("other", "0x0")):
                said = output(host, PLUGIN, f"register={register}", "at=0x1000")
                self.assertEqual(said, f"vcpu 0: {register} {held}\n", version)

    @qemus.on_each("user")
    def test_against_the_guest(self, column):
        if qemus.API[column] < 2:
            return  # it has no registers
        for target, (prefix, register, code) in PROGRAMS.items():
            source, program = self.folder / f"{target}.S", self.folder / target
            source.write_text(f".globl _start, seen\n.text\n_start: {code}\n")
            output(f"{prefix}gcc", "-nostdlib", "-static", source, "-o", program)
            values = self.logged(qemus.command(column, target), register, symbols(program, prefix)["seen"][0],
                                 program)
            expected = [0] * ROUNDS if target == "riscv64" else list(range(ROUNDS, 0, -1))
            self.assertEqual(values, expected, target)

    @qemus.on_each("system")
    def test_against_gdb(self, column):
        for name, register in GUESTS.items():
            target, machine, _, prefix = firmware.GUESTS[name]
            elf = firmware.elf(name)
            place = symbols(elf, prefix)["fibonacci"][0]
            command = qemus.command(column, target)
            guest = [*machine, "-kernel", elf, "-display", "none", "-monitor", "none", "-serial", "none"]
            values = self.logged(command, register, place, *guest)
            self.assertGreater(len(values), 100)
            self.assertEqual(values[:10], self.seen_by_gdb(command, guest, register, place, 10), name)

    def seen_by_gdb(self, command, guest, register, place, times):
        """What the register holds, by gdb, the first so many times that it comes to the place."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        words = [str(word) for word in (*command, "-S", "-gdb", f"tcp:127.0.0.1:{port}", *guest)]
        with subprocess.Popen(words, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as stub:
            try:
                for _ in range(100):
                    with socket.socket() as probe:
                        if probe.connect_ex(("127.0.0.1", port)) == 0:
                            break
                    time.sleep(0.1)
                commands = [f"target remote 127.0.0.1:{port}", f"hbreak *{place:#x}",
                            *["continue", f"print/x ${register}"] * times, "kill"]
                said = output("gdb-multiarch", "-batch", "-nx",
                              *[word for command in commands for word in ("-ex", command)])
            finally:
                stub.kill()
        return [int(value, 16) for value in re.findall(r"^\$\d+ = (0x[0-9a-f]+)$", said, re.MULTILINE)]
