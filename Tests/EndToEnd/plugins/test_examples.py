"""The example plugins (Sources/Examples), each against an independent source: QEMU's log of the same run,
its -strace, gdb through its stub, and a guest that knows its accesses."""

import collections
import re
import shutil
import socket
import subprocess
import time

from Tests.EndToEnd.support import execlog, guests, qemus
from Tests.EndToEnd.support.setting import BUILD, ENVIRONMENT, Case, output, run
from Tests.EndToEnd.plugins.test_every_function import symbols

STRACE = re.compile(r"\d+ (\w+)\(.*\) = (?:(0x[0-9a-f]+)|(-?\d+))")
NOT_IN_QEMU = {"rseq", "set_robust_list"}  # which answers that there are no such calls
CALLS = 1000  # of `called`, as known.c has it

# Guests whose function `called` does not return from each call. They print those that do, in their order, as the
# example CallTrace has it.
LEAVING = {
    # Through calls of itself, of which one goes on.
    "exception": r"""
long called(long n)
{
    if (n == 0) throw 7;
    long inner;
    if (n == 3) {
        try { inner = called(n - 1); } catch (int) { inner = 33; }
    } else {
        inner = called(n - 1);
    }
    return returns(n, inner + 1);
}
int main() { for (int times = 0; times < 3; times++) called(5); }
""",
    # From one place, now so and now so.
    "one place": r"""
long called(long n)
{
    if (n % 2) throw 1;
    return returns(n, n + 5);
}
int main() { for (long n = 0; n < 6; n++) try { called(n); } catch (int) { } }
""",
    "longjmp": r"""
#include <setjmp.h>
static jmp_buf place;
long called(long n)
{
    if (n == 10) {
        if (setjmp(place) == 0) called(2);
    } else if (n == 0) {
        longjmp(place, 1);
    } else {
        called(n - 1);
    }
    return returns(n, n);
}
int main() { called(10); called(10); }
""",
    # A thread ends within, and the next one is the same vCPU, on the same stack.
    "threads": r"""
#include <pthread.h>
long called(long n)
{
    if (n < 2) pthread_exit(0);
    return returns(n, n);
}
static void *body(void *n) { called((long)n); return 0; }
int main()
{
    for (long n = 0; n < 4; n++) {
        pthread_t thread;
        pthread_create(&thread, 0, body, (void *)n);
        pthread_join(thread, 0);
    }
}
""",
    # A signal's handler on a stack that lies above that of the call which it interrupts.
    "signal's stack": r"""
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
long called(long n)
{
    if (n == 1) raise(SIGUSR1);
    return returns(n, n + 1);
}
static void handler(int) { called(2); }
static void *body(void *place)
{
    stack_t stack = {};
    stack.ss_sp = place;
    stack.ss_size = 1 << 16;
    sigaltstack(&stack, 0);
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_ONSTACK;
    sigaction(SIGUSR1, &action, 0);
    for (int times = 0; times < 3; times++) called(1);
    return 0;
}
int main()
{
    char *both = (char *)aligned_alloc(4096, 1 << 20);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, both, 1 << 19);
    pthread_t thread;
    pthread_create(&thread, &attributes, body, both + (1 << 19));
    pthread_join(thread, 0);
}
""",
}
LEAVING_HEAD = r"""
#include <stdio.h>
extern "C" __attribute__((noinline)) long called(long n);
static long returns(long n, long result)
{
    printf("0x%lx -> 0x%lx\n", n, result);
    fflush(stdout);
    return result;
}
"""


class Examples(Case):
    def log(self, column, plugin, options="", more=(), kinds="plugin",
            command=None):
        """The lines of QEMU's log of one run of the guest `known`, or another."""
        log = self.folder / "log"
        name = BUILD / f"lib{plugin}.so"
        done = run(*qemus.command(column, "x86_64"), *more, "-d", kinds, "-D", log, "-plugin",
                   f"{name},{options}" if options else name,
                   *(command or [guests.built("static") / "known"]))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return log.read_text().splitlines()

    def traced(self, lines):
        """The addresses of what was executed, by QEMU's own lines."""
        order = []
        for line in lines:
            if match := execlog.TRACE.match(line):
                order.append(int(match[3], 16))
            elif execlog.STOPPED.match(line):
                order.pop()
        return order

    def numbers(self):
        """System calls' numbers by their names, as the compiler has them."""
        return {words[1].removeprefix("__NR_"): int(words[2]) for words in map(str.split, output(
            "gcc", "-E", "-dM", "-include", "sys/syscall.h", "-x", "c", "/dev/null").splitlines())
            if words[1].startswith("__NR_") and words[2].isdecimal()}

    @qemus.on_each("user")
    def test_instructions(self, column):
        single = ["-singlestep"] if column == "user-7.2" else ["-one-insn-per-tb"]
        program = guests.built("static") / "calculator"  # of one thread, whose lines do not mix
        lines = self.log(column, "instructionlog", more=single, kinds="exec,nochain,plugin",
                         command=[program, guests.INPUTS[0]])
        logged = [line for line in lines if line.startswith("0x")]
        expected = self.traced(lines)
        self.assertGreater(len(expected), 10_000)
        self.assertEqual([int(line.split()[0], 16) for line in logged], expected)
        if column == "user-7.2":  # which has a disassembler for x86
            called, _ = symbols(guests.built("static") / "known")["called"]
            texts = {line.partition(" ")[2] for line in self.log(column, "instructionlog")
                     if line.startswith("0x") and int(line.split()[0], 16) == called}
            self.assertEqual(len(texts), 1)
            self.assertRegex(texts.pop(), r"mov\w* +%rdi, ")

    @qemus.on_each("user")
    def test_system_calls(self, column):
        program = guests.built("static") / "calculator"  # of one thread, whose lines do not mix
        lines = self.log(column, "systemcalllog", more=["-strace"],
                         command=[program, guests.INPUTS[0]])
        numbers = self.numbers()
        strace = [match for line in lines if (match := STRACE.match(line))]
        self.assertGreater(len(strace), 10)
        expected = collections.Counter(
            (numbers[match[1]], int(match[2], 16) if match[2] else int(match[3])) for match in strace)
        returns = collections.Counter(
            tuple(map(int, line.split()[3:])) for line in lines if ": return " in line)
        # What fails has its number of errno in the log: -1 errno=2.
        known = {pair: count for pair, count in returns.items() if pair[1] >= 0}
        self.assertEqual({pair: count for pair, count in expected.items() if pair[1] >= 0}, known)
        # Of those that it does not know, -strace says no more than that.
        unknown = {int(number) for line in lines
                   for number in re.findall(r"Unknown syscall (\d+)", line)}
        failed = collections.Counter(number for number, result in returns.elements()
                                     if result < 0 and number not in unknown)
        self.assertEqual(collections.Counter(n for n, result in expected.elements() if result < 0),
                         failed)
        lines = self.log(column, "systemcalllog")
        calls = [line.split(": call ")[1] for line in lines if ": call " in line]
        self.assertEqual([line for line in calls if line.startswith(f"{numbers['getppid']} ")],
                         [f"{numbers['getppid']} {n:#x} 0x16 0x21 0x2c 0x37 0x42" for n in (1, 2, 3)])
        self.assertEqual(calls[-1].split()[0], str(numbers["exit_group"]))

    @qemus.on_each("user")
    def test_hot_blocks(self, column):
        lines = self.log(column, "hotblocks", "limit=1000000", kinds="exec,nochain,plugin")
        counts = [line.split() for line in lines if line.startswith("0x")]
        found = {int(address, 16): int(count) for address, count in counts if count != "0"}
        self.assertEqual(found, collections.Counter(self.traced(lines)))
        ordered = [int(count) for _, count in counts]
        self.assertEqual(ordered, sorted(ordered, reverse=True))

    @qemus.on_each("user")
    def test_memory(self, column):
        places = symbols(guests.built("static") / "known")
        word, byte = places["word"][0], places["byte"][0]
        start, size = places["called"]
        lines = self.log(column, "memorytrace",
                         f"from={min(word, byte):#x},to={max(word, byte) + 8:#x}")
        accesses = [line.split() for line in lines if line.startswith("0x")]
        accesses = [words[1:] for words in accesses if start <= int(words[0], 16) < start + size]
        expected = []
        for number in range(1, CALLS + 1):
            expected += [["store", "8", hex(word), hex(number)], ["load", "8", hex(word), hex(number)],
                         ["load", "1", hex(byte), "0x80"]]
        if column == "user-7.2":  # without values
            expected = [words[:3] for words in expected]
        self.assertEqual(accesses, expected)

    @qemus.on_each("user")
    def test_edges(self, column):
        program = guests.built("static") / "calculator"  # of one thread
        lines = self.log(column, "branchedges", kinds="exec,nochain,plugin",
                         command=[program, guests.INPUTS[0]])
        order = self.traced(lines)
        found = {(int(origin, 16), int(target, 16)): int(count)
                 for origin, target, count in (line.split() for line in lines if line.startswith("0x"))}
        self.assertGreater(len(found), 1000)
        self.assertEqual(found, collections.Counter(zip(order, order[1:])))

    @qemus.on_each("user")
    def test_calls_and_results(self, column):
        """The guest `heap` prints its own calls, nested ones too."""
        program = guests.built("static") / "heap"
        place, _ = symbols(program)["allocated"]
        log = self.folder / "log"
        done = run(*qemus.command(column, "x86_64"), "-d", "plugin", "-D", log, "-plugin",
                   f"{BUILD / 'libcalltrace.so'},function={place:#x}", program)
        if qemus.API[column] < 4:
            self.assertEqual(done.returncode, 1)
            self.assertIn("calltrace: this QEMU does not have qemu_plugin_get_registers\n", done.stderr)
            return
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        printed = done.stdout.splitlines()
        self.assertGreater(len(printed), 20)
        self.assertEqual(log.read_text().splitlines(), printed)

    @qemus.on_each("user")
    def test_calls_that_do_not_return(self, column):
        if qemus.API[column] < 4:
            return
        for name, code in LEAVING.items():
            source, program, log = self.folder / "guest.cpp", self.folder / "guest", self.folder / "log"
            source.write_text(LEAVING_HEAD + code)
            for target, compiler in (("x86_64", "g++"), ("aarch64", "aarch64-linux-gnu-g++")):
                output(compiler, "-O1", "-static", "-pthread", source, "-o", program)
                place, _ = symbols(program, compiler.removesuffix("g++"))["called"]
                done = run(*qemus.command(column, target), "-d", "plugin", "-D", log, "-plugin",
                           f"{BUILD / 'libcalltrace.so'},function={place:#x}", program)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                printed = done.stdout.splitlines()
                self.assertGreater(len(printed), 1)
                with self.subTest(name, target=target):
                    self.assertEqual(log.read_text().splitlines(), printed)

    @qemus.on_each("user")
    def test_system_call_counts(self, column):
        """As many of each as strace counts where the program runs without QEMU, and as many that fail."""
        program = guests.built("static") / "calculator"
        table = self.folder / "table"
        output("strace", "-f", "-c", "-o", table, program, guests.INPUTS[0])
        expected = {}
        for line in table.read_text().splitlines():
            words = line.split()
            if len(words) >= 5 and words[3].isdecimal() and words[-1] != "total":
                expected[words[-1]] = int(words[3]), int(words[4]) if len(words) == 6 else 0
        del expected["execve"]  # of strace's own making
        for name in NOT_IN_QEMU & set(expected):
            expected[name] = expected[name][0], expected[name][0]
        expected["exit_group"] = 1, 0  # which strace leaves out, since it does not return
        lines = self.log(column, "systemcallcounts", command=[program, guests.INPUTS[0]])
        found = {}
        for name, calls, errors, nanoseconds in map(str.split, lines):
            found[name] = int(calls), int(errors)
            self.assertEqual(int(nanoseconds) > 0, name != "exit_group")
        self.assertEqual(found, expected)

    @qemus.on_each("user")
    def test_register(self, column):
        program = guests.built("static") / "known"
        called, _ = symbols(program)["called"]
        options = f"register=rdi,at={called:#x}"
        if column == "user-7.2":
            done = run(*qemus.command(column, "x86_64"), "-plugin",
                       f"{BUILD / 'libregisterwatch.so'},{options}", program)
            self.assertEqual(done.returncode, 1)
            self.assertIn("registerwatch: this QEMU does not have qemu_plugin_get_registers\n",
                          done.stderr)
            return
        lines = [line for line in self.log(column, "registerwatch", options) if "rdi" in line]
        self.assertEqual(len(lines), CALLS)
        self.assertEqual([line.split()[-1] for line in lines[:20]],
                         self.seen_by_gdb(column, program, called, 20))

    def seen_by_gdb(self, column, program, address, times):
        """What %rdi holds, by gdb, the first so many times that it comes to the address."""
        self.assertTrue(shutil.which("gdb"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        words = [str(word) for word in (*qemus.command(column, "x86_64"), "-g", port, program)]
        with subprocess.Popen(words, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as stub:
            try:
                time.sleep(1)
                commands = [f"target remote 127.0.0.1:{port}", f"break *{address:#x}",
                            *["continue", "print/x $rdi"] * times, "kill"]
                said = output("gdb", "-batch", "-nx", program,
                              *[word for command in commands for word in ("-ex", command)])
            finally:
                stub.kill()
        return re.findall(r"^\$\d+ = (0x[0-9a-f]+)$", said, re.MULTILINE)
