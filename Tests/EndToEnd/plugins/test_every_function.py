"""Every function of QEMU's plugin interface on every QEMU that is prepared: reached and its effect seen,
or said not to be there. What is there, the QEMU's own dynamic symbols say; what effect is right, the
guest and its ELF file."""

import os
import re

from Tests.EndToEnd.support import firmware, guests, qemus
from Tests.EndToEnd.support.setting import BUILD, Case, output, run

PLUGIN = BUILD / "libeveryfunction.so"
# What QEMU exports for its own use, by names that no plugin needs.
INTERNAL = {"add_dyn_cb_arr", "atexit_cb", "create_vcpu_state", "disable_mem_helpers", "fillin_mode_info",
            "flush_cb", "load_list", "opt_parse", "opts", "tb_trans_cb", "user_exit", "user_postfork",
            "user_prefork_lock", "vcpu_exception_cb", "vcpu_exit_hook", "vcpu_hostcall_cb",
            "vcpu_idle_cb", "vcpu_init_hook", "vcpu_interrupt_cb", "vcpu_mem_cb", "vcpu_resume_cb",
            "vcpu_syscall", "vcpu_syscall_filter", "vcpu_syscall_ret"}
CLOCK = 3  # seconds, as known.c has them
REGISTER, MEMORY, PHYSICAL, JUMP, TIME, ANSWERED = 1, 2, 4, 8, 16, 128
ANSWER = 0x12345678  # as program.c has it
INTERRUPT, EXCEPTION, HOST_CALL = 1, 2, 4  # qemu_plugin_discon_type
# What -d int says of one: what it is, and where it is taken from and to, if it is the guest's.
TAKEN = re.compile(r"^Taking exception \d+ \[(.*)\] on CPU 0\n"
                   r"(?:\.\.\.(?:with ELR 0x(\w+)|to EL1 PC 0x(\w+) .*|.*)\n)*", re.MULTILINE)
KINDS = {"SVC": EXCEPTION, "Data Abort": EXCEPTION, "Semihosting call": HOST_CALL, "IRQ": INTERRUPT}


def symbols(path, prefix=""):
    """The ELF file's symbols: name -> (address, size), by nm."""
    lines = output(f"{prefix}nm", "-S", "--defined-only", path).splitlines()
    found = {}
    for words in map(str.split, lines):
        if len(words) == 4:
            found[words[3]] = int(words[0], 16), int(words[1], 16)
        elif len(words) == 3:
            found[words[2]] = int(words[0], 16), 0
    return found


def exported(binary):
    """The plugin functions that a QEMU exports."""
    names = {line.split()[-1] for line in output("nm", "-D", "--defined-only", binary).splitlines()}
    return {name for name in names if name.startswith("qemu_plugin_")
            and name.removeprefix("qemu_plugin_") not in INTERNAL}


# Reported under the name of what they are seen by.
SEEN_OTHERWISE = {"qemu_plugin_bool_parse", "qemu_plugin_mem_size_shift", "qemu_plugin_mem_is_store",
                  "qemu_plugin_mem_is_sign_extended", "qemu_plugin_mem_is_big_endian",
                  "qemu_plugin_outs", "qemu_plugin_uninstall"}
# Of what QEMU hands out in system emulation alone.
SYSTEM_ALONE = {"qemu_plugin_hwaddr_is_io", "qemu_plugin_hwaddr_phys_addr",
                "qemu_plugin_hwaddr_device_name"}
# Called in user mode alone; they can be registered everywhere.
USER_ALONE = {"qemu_plugin_register_vcpu_syscall_cb", "qemu_plugin_register_vcpu_syscall_ret_cb"}
# What the second instruction is; those that we build have no disassembler for x86.
DISASSEMBLED = {"user-7.2": "mov", "user-10.2": "none", "user-11.1": "none", "system-10.0": "add",
                "system-11.1": "add"}


class EveryFunction(Case):
    def boot(self, column, *more):
        """One run; gives the QEMU, the ELF file's symbols, what was said, the status."""
        command = qemus.command(column, "aarch64" if column.startswith("system") else "x86_64")
        log = self.folder / "log"
        if column.startswith("system"):
            elf = firmware.elf("known")
            places = symbols(elf, "aarch64-linux-gnu-")
        else:
            elf = guests.built("static") / "known"
            places = symbols(elf)
        options = [f"{name}={places[symbol][0]:#x}" for name, symbol in
                   (("called", "called"), ("asked", "asked"), ("skipped", "skipped"),
                    ("landing", "landing"), ("word", "word"), ("changed", "changed"),
                    ("physical", "changed_physical"))]
        if not more:
            options.append(f"clock={CLOCK * 10 ** 9}")
        command = [*command, "-d", "plugin", "-D", log, "-plugin",
                   ",".join([str(PLUGIN), *options, *more])]
        if column.startswith("system"):
            _, machine, _, _ = firmware.GUESTS["aarch64"]
            command += self.machine(machine, elf)
        else:
            command.append(elf)
        lines, status = self.said(command)
        return elf, places, lines, status, log.read_text() if log.exists() else ""

    def machine(self, machine, elf):
        return [*machine, "-kernel", elf, "-display", "none", "-monitor", "none", "-serial", "none"]

    def said(self, command):
        """What the plugin says in a run, by name, and the run's status."""
        done = run(*command)
        lines = {}
        for line in done.stderr.splitlines():
            name, tab, value = line.partition("\t")
            self.assertTrue(tab, done.stderr)
            lines.setdefault(name, []).append(value)
        return lines, done.returncode

    @qemus.on_each()
    def test_each_function(self, column):
        is_system, api = column.startswith("system"), qemus.API[column]
        elf, places, lines, status, log = self.boot(column)
        command = qemus.command(column, "aarch64" if is_system else "x86_64")
        there = exported(qemus.program(command))
        print(f"{column}: {len(there)} functions")
        # Optional functions: the library's word against the symbols.
        for word in lines.pop("has"):
            name, has = word.split()
            if not name.startswith("qemu_plugin_"):
                continue  # an argument
            self.assertEqual(has == "true", name in there, name)
            seen_otherwise = SEEN_OTHERWISE | (USER_ALONE if is_system else SYSTEM_ALONE)
            if name not in seen_otherwise:
                self.assertIn(name, lines)
                self.assertEqual(set(lines[name]) != {"missing"}, name in there, f"{name}: {lines[name]}")
        # Nothing that the QEMU has is left out.
        self.assertEqual(there - set(lines) - seen_otherwise, set())

        address, size = places["called"]
        code = self.disassembled(elf, address, size, is_system)
        second = code[1]
        oldest = {1: 0, 7: 7}.get(api, 2)
        known = {
            "install": f"aarch64 {oldest} {api} true 1 1" if is_system
            else f"x86_64 {oldest} {api} false none",
            "tb_vaddr": hex(address),
            "tb_n_insns": str(len(code)),
            "tb_get_insn": f"{second[0]:#x} none",
            "insn_vaddr": hex(second[0]),
            "insn_size": str(len(second[1]) // 2),
            "insn_data": second[1],
            "insn_haddr": second[1],
            "register_vcpu_tb_trans_cb": "2",  # once more after the reset
            "register_vcpu_tb_exec_cb": "1000",
            "register_vcpu_insn_exec_cb": "1000",
            "register_vcpu_mem_cb": "1000",
            "reset": "true",
            "register_atexit_cb": "called",
            "kept uses": "1000",
            "vcpu_for_each": "0 ",
        }
        first = {
            "register_vcpu_tb_exec_inline": "1000",
            "register_vcpu_insn_exec_inline": "1000",
            # For stores alone; QEMU before 9.1 adds for the two loads as well.
            "register_vcpu_mem_inline": "3000",
            "register_vcpu_tb_exec_inline_per_vcpu": "1000 42" if api >= 3 else "1000 0",
            "register_vcpu_insn_exec_inline_per_vcpu": "1000 43" if api >= 3 else "1000 0",
            "register_vcpu_mem_inline_per_vcpu": "1000 44" if api >= 3 else "1000 0",
            "register_vcpu_tb_exec_cond_cb": "10",
            "register_vcpu_insn_exec_cond_cb": "1",
            "scoreboard_new": "3",
            "scoreboard_find": "9 true true",
            "scoreboard_free": "done",
            "u64_set": "5",
            "u64_add": "11",
            "u64_get": "11",
            "u64_sum": "11",
            "read_register": "0x1",
            "read_memory_vaddr": "4",
            "write_memory_vaddr": "true",
            "write_register": "true",
            "translate_vaddr": hex(places["changed_physical"][0]) if is_system else "none",
            "write_memory_hwaddr": "written" if is_system else None,
            "read_memory_hwaddr": "8" if is_system else None,
            "num_vcpus": "1" if is_system else "2",
            "n_vcpus": "none",
            "n_max_vcpus": "none",
            "update_ns": "set",
        }
        if is_system:
            first |= {"request_time_control": "taken", "hwaddr_phys_addr": None}
        else:
            first |= {
                "insn_symbol": "called",
                "path_to_binary": str(elf),
                "start_code": hex(self.executable(elf)[0]),
                "end_code": hex(self.executable(elf)[1]),
                "entry_code": hex(self.entry(elf)),
                "register_vcpu_syscall_filter_cb": "3",
                "register_vcpu_discon_cb": "0",  # system emulation only
            }
        for name, value in {**known, **first}.items():
            whole = name if " " in name else f"qemu_plugin_{name}"
            if value is not None and (name in known or whole in there):
                self.assertEqual(lines[whole], [value], name)
        self.assertGreater(int(lines["kept releases"][0]), 0)

        # The accesses of the first call, in order.
        word, byte = places["word"][0], places["byte"][0]
        self.assertEqual(lines["access"][:3], [f"8 {word:#x} true false false",
                                           f"8 {word:#x} false false false",
                                           f"1 {byte:#x} false true false"])
        if "qemu_plugin_mem_get_value" in there:
            self.assertEqual(lines["qemu_plugin_mem_get_value"][:3], ["1", "1", "128"])
        self.assertEqual(lines["qemu_plugin_get_hwaddr"], [str(is_system).lower()] * len(lines["access"]))
        if is_system:  # without an MMU: every address is the physical one
            self.assertEqual(lines["qemu_plugin_hwaddr_phys_addr"], [hex(word), hex(word), hex(byte)])
            self.assertEqual(lines["qemu_plugin_hwaddr_is_io"], ["false"] * 3)
            self.assertEqual(len(lines["qemu_plugin_hwaddr_device_name"]), 3)
        self.assertIn("everyfunction was here\n", log)
        self.assertIn(DISASSEMBLED[column], lines["qemu_plugin_insn_disas"][0])

        counts = {name: int(lines[f"qemu_plugin_register_vcpu_{name}_cb"][0])
                  for name in ("init", "exit", "idle", "resume")}
        if is_system:
            self.assertEqual(counts["init"], 1)
        else:
            self.assertEqual((counts["init"], counts["exit"], lines["ended"]), (2, 1, ["1"]))
            filters = "qemu_plugin_register_vcpu_syscall_filter_cb" in there
            self.assertEqual(lines["qemu_plugin_register_vcpu_syscall_cb"],
                             [f"110 {number} 22 33 44 55 66" for number in (1, 2, 3)])
            self.assertEqual(lines["qemu_plugin_register_vcpu_syscall_ret_cb"],
                             [f"110 {ANSWER if filters else os.getpid()}"] * 3)
        self.assertGreater(int(lines["qemu_plugin_register_flush_cb"][0]), 0)

        # What the guest saw.
        expected = {name: bit for name, bit in (
            ("write_register", REGISTER), ("write_memory_vaddr", MEMORY), ("set_pc", JUMP),
            *((("write_memory_hwaddr", PHYSICAL), ("update_ns", TIME)) if is_system else
              (("register_vcpu_syscall_filter_cb", ANSWERED),)))
            if f"qemu_plugin_{name}" in there}
        self.assertEqual(status, sum(expected.values()), expected)

    def disassembled(self, elf, address, size, is_system):
        """A function's instructions, address and bytes, by objdump."""
        found = []
        for line in output("aarch64-linux-gnu-objdump" if is_system else "objdump", "-d", "-w",
                           f"--start-address={address}", f"--stop-address={address + size}",
                           elf).splitlines():
            if ":\t" not in line:
                continue
            place, code = line.split("\t")[:2]
            code = "".join(code.split())
            if is_system:  # shown as a number
                code = bytes.fromhex(code)[::-1].hex()
            found.append((int(place.strip(" :"), 16), code))
        return found

    def executable(self, elf):
        """Where the program's executable segments begin and end, by readelf."""
        found = [line.split() for line in output("readelf", "-lW", elf).splitlines()
                 if line.split()[:1] == ["LOAD"] and " E " in line]
        return (min(int(words[2], 16) for words in found),
                max(int(words[2], 16) + int(words[5], 16) for words in found))

    def entry(self, elf):
        line, = [line for line in output("readelf", "-hW", elf).splitlines() if "Entry point" in line]
        return int(line.split()[-1], 16)

    @qemus.on_each("system")
    def test_what_interrupts(self, column):
        """The guest `events` against its ELF file and QEMU's log; its status is what it has counted."""
        elf = firmware.elf("events")
        places = {name: place for name, (place, _) in symbols(elf, "aarch64-linux-gnu-").items()}
        rounds, log = places["rounds"], self.folder / "log"
        command = qemus.command(column, "aarch64")
        lines, status = self.said([
            *command, "-d", "int", "-D", log, "-plugin", f"{PLUGIN},mark={places['called']:#x}",
            *self.machine(firmware.GUESTS["aarch64"][1], elf)])
        self.assertEqual(status, 0)
        expected = rounds * [(EXCEPTION, places["called"], places["exceptions"]),
                             (EXCEPTION, places["faulting"], places["exceptions"]),
                             (HOST_CALL, places["asking"], places["asking"] + 4),
                             (INTERRUPT, places["interrupted"], places["interrupts"])]
        logged = [(KINDS[what], *(int(place, 16) if place else None for place in (origin, target)))
                  for what, origin, target in TAKEN.findall(log.read_text())]
        # The last is the request for the end, which nothing comes behind; and QEMU does not say where
        # a request comes from.
        self.assertEqual(logged, [taken if taken[0] != HOST_CALL else (HOST_CALL, None, None)
                                  for taken in expected] + [(HOST_CALL, None, None)])
        if "qemu_plugin_register_vcpu_discon_cb" in exported(qemus.program(command)):
            told = [(int(kind), int(origin, 16), int(target, 16))
                    for kind, origin, target in map(str.split, lines["discontinuity"])]
            self.assertEqual(told, expected)
        else:
            self.assertEqual(lines["qemu_plugin_register_vcpu_discon_cb"], ["missing"])
            self.assertNotIn("discontinuity", lines)

        # A wait in each round, and what comes before the first. QEMU itself can interrupt a wait once, when
        # it has something to do on the vCPU's thread, and tell of both parts.
        for name in ("idle", "resume"):
            told = lines[f"{name}s"]
            self.assertEqual(lines[f"qemu_plugin_register_vcpu_{name}_cb"], [str(len(told))])
            waits = [line for line in told if line != "0 0"]
            self.assertEqual(sorted(set(waits)), [f"0 {number}" for number in range(1, rounds + 1)])
            self.assertEqual(waits, sorted(waits))
            self.assertLessEqual(len(waits), rounds + 1, waits)
        self.assertEqual([line for line in lines["idles"] if line != "0 0"],
                         [line for line in lines["resumes"] if line != "0 0"])
        self.assertEqual(lines["qemu_plugin_register_vcpu_exit_cb"], ["0"])

    @qemus.on_each("system")
    def test_vcpu_taken_away(self, column):
        """The guest `unplug` has seen its second processor go: its status."""
        lines, status = self.said([
            *qemus.command(column, "x86_64"), "-smp", "2", "-plugin", PLUGIN,
            *self.machine(firmware.GUESTS["x86"][1], firmware.elf("unplug"))])
        self.assertEqual(status, firmware.GUESTS["x86"][2])
        self.assertEqual(lines["qemu_plugin_register_vcpu_init_cb"], ["2"])
        self.assertEqual(lines["qemu_plugin_register_vcpu_exit_cb"], ["1"])
        self.assertEqual(lines["ended"], ["1"])

    @qemus.on_each()
    def test_uninstalled_in_the_middle(self, column):
        _, _, lines, status, _ = self.boot(column, "uninstall=yes")  # "yes": qemu_plugin_bool_parse
        self.assertEqual(lines["qemu_plugin_uninstall"], ["done"])
        self.assertNotIn("qemu_plugin_register_atexit_cb", lines)
        self.assertEqual(status & ~(MEMORY | PHYSICAL | TIME | ANSWERED), 0, "what was written stays, no more")

    @qemus.on_each("user")
    def test_arguments_that_are_wrong(self, column):
        called = "called=1...18446744073709551615 (an address)"
        takes = f"; it takes {called.partition('=')[2]}"
        for argument, message in (
                ("colled=1", f"unknown option 'colled'; the nearest is 'called'; options: {called}, "),
                ("other=1", f"unknown option 'other'; options: {called}, "),
                ("called=0", f"option 'called' does not take '0'{takes}\n"),
                ("called=1x", f"option 'called' does not take '1x'{takes}\n"),
                ("called=", f"option 'called' needs a value{takes}\n"),
                ("uninstall=maybe", "option 'uninstall' does not take 'maybe'; it takes on|off (in the middle)\n")):
            done = run(*qemus.command(column, "x86_64"), "-plugin", f"{PLUGIN},{argument}", "/bin/true")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(f"everyfunction: {message}", done.stderr)
            if "options" in message:
                self.assertIn(", uninstall=on|off (in the middle)\n", done.stderr)
