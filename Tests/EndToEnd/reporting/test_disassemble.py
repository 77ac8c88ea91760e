"""Code with counts: where instructions are and what they are called against objdump, how often they were executed against
QEMU's own log of the run, which ways jumps went against `report --by jump`."""

import collections
import json
import re
import shutil

import jsonschema

from Tests.EndToEnd.reporting.test_stripped import C, symbols
from Tests.EndToEnd.support import drcov, execlog, guests, objdump
from Tests.EndToEnd.support.setting import COVTOOL, PLUGIN, ROOT, Case, emulator, output, run

# What a guest is made by, the processor that runs it, and how objdump's instructions are read.
MADE = {"x86-64": (["gcc"], "x86_64", "objdump", "x8664"),
        "i386": (["gcc", "-m32"], "i386", "objdump", "i386"),
        "AArch64": (["aarch64-linux-gnu-gcc"], "aarch64", "aarch64-linux-gnu-objdump", "aarch64"),
        "ARM": (["arm-linux-gnueabihf-gcc", "-marm"], "arm", "arm-linux-gnueabihf-objdump", "arm"),
        "Thumb": (["arm-linux-gnueabihf-gcc", "-mthumb"], "arm", "arm-linux-gnueabihf-objdump", "arm"),
        "s390x": (["s390x-linux-gnu-gcc"], "s390x", "s390x-linux-gnu-objdump", "s390x"),
        "RISC-V": (["riscv64-linux-gnu-gcc"], "riscv64", "riscv64-linux-gnu-objdump", "riscv64")}
# Without a C library, so that the log has this code alone.
BARE = r"""
static volatile int sum;
__attribute__((noinline)) static int both(int n) { if (n > 2) return sum + n; return 6; }
__attribute__((noinline)) static int never(int n) { while (n > 0) { sum += n; n -= both(n); } return n; }
int work(int n)
{
    for (int i = 0; i < n; ++i) sum += both(i);
    if (n > 100) sum = never(n);
    return sum == 1;
}
"""
EXITS = {"x86_64": 'mov %eax, %edi; mov $60, %eax; syscall', "i386": "xor %ebx, %ebx; mov $1, %eax; int $0x80",
         "aarch64": "mov x8, #93; svc 0", "arm": "mov r7, #1; svc 0", "s390x": "lghi %r2, 0; svc 1",
         "riscv64": "li a7, 93; ecall"}


class Disassembled(Case):
    def guest(self, kind, *flags):
        """A guest without libraries, or skips."""
        compiler, target, dump, set = MADE[kind]
        if not shutil.which(compiler[0]):
            self.skipTest(f"not run: no {compiler[0]}")
        source, program = self.folder / "guest.c", self.folder / f"guest-{kind}"
        source.write_text(f'{BARE}\nvoid _start(void) {{ work(7); __asm__ volatile ("{EXITS[target]}"); }}\n')
        output(*compiler, "-nostdlib", "-nostartfiles", "-static", "-fno-pie", "-no-pie", "-fno-stack-protector",
               "-fcf-protection=none" if target in ("x86_64", "i386") else "-O1", "-O1", *flags, source, "-o", program)
        return program

    def document(self, *arguments, **more):
        done = self.covtool("disassemble", "--json", *arguments, **more)
        return json.loads(done.stdout)

    def lines(self, document):
        """{address: line} of the instructions."""
        return {line["address"]: line for module in document["modules"] for code in module["code"]
                for line in code["lines"] if not line["isData"]}


class AgainstObjdump(Disassembled):
    def compare(self, kind, least_names):
        compiler, target, dump, set = MADE[kind]
        program = self.guest(kind, "-g")
        trace, log = self.folder / "run.drcov", self.folder / "log"
        run(*emulator(target), *execlog.OPTIONS, log, "-plugin", f"{PLUGIN},out={trace},counts=on", program)
        found = self.lines(self.document(program, trace))
        # Starts and bytes of all that stands in functions.
        expected = {one.address: one.bytes for part in objdump.instructions(dump, program, set) for one in part}
        extents = [(address, size) for address, (size, _) in symbols(program).items() if size]
        inside = {address: bytes for address, bytes in expected.items()
                  if any(start <= address < start + size for start, size in extents)}
        self.assertGreater(len(inside), 30)
        self.assertEqual({address: line["bytes"] for address, line in found.items() if address in inside}, inside)
        # No other instruction begins in a function.
        self.assertEqual([hex(address) for address in found if address not in inside
                          and any(start <= address < start + size for start, size in extents)], [])
        # How often each was executed, by the blocks in the log.
        counts = collections.Counter()
        for address, size in execlog.in_order(log):
            for start in inside:
                if address <= start < address + size:
                    counts[start] += 1
        self.assertGreater(len(counts), 20)
        self.assertLess(len(counts), len(inside))
        self.assertEqual({address: line["hits"] for address, line in found.items() if address in inside},
                         {address: counts[address] for address in inside})
        # What objdump calls them.
        options = ["-M", "intel"] if set in ("x8664", "i386") else []
        names = {}
        for line in output(dump, "-dw", *options, program).splitlines():
            if match := objdump.LINE.match(line):
                names[int(match[1], 16)] = match[3].split()[0].partition(".")[0] if match[3].split() else ""
        same = [address for address in inside if found[address]["mnemonic"].partition(".")[0] == names.get(address)]
        other = sorted({(found[address]["mnemonic"], names.get(address)) for address in inside if address not in same},
                       key=str)
        print(f"{kind}: {len(inside)} instructions, {len(counts)} executed, {len(same)} of the same name, others {other}")
        self.assertGreater(len(same), len(inside) * least_names)

    def test_x86_64(self):
        self.compare("x86-64", 0.95)

    def test_i386(self):
        self.compare("i386", 0.95)

    def test_aarch64(self):
        self.compare("AArch64", 0.9)

    def test_arm(self):
        self.compare("ARM", 0.85)

    def test_thumb(self):
        self.compare("Thumb", 0.85)

    def test_s390x(self):
        self.compare("s390x", 0.8)

    def test_riscv(self):
        """Capstone 4 does not know it."""
        program = self.guest("RISC-V")
        trace = self.folder / "run.drcov"
        run(*emulator("riscv64"), "-plugin", f"{PLUGIN},out={trace}", program)
        done = run(COVTOOL, "disassemble", "work", trace, folder=self.folder)
        if done.returncode:
            self.assertEqual(done.returncode, 66)
            self.assertRegex(done.stderr, r"Capstone 4\.\d does not know the instructions of RISC-V; install .*libcapstone5")
            self.assertEqual(done.stdout, "")
        else:
            # Capstone 5 has no aliases, and tells compressed instructions from others.
            self.compare("RISC-V", 0.2)


class Whole(Disassembled):
    def record(self, *flags, strip=False, options="counts=on,"):
        source, program, trace = (self.folder / name for name in ("whole.c", "whole", "run.drcov"))
        source.write_text(C)
        output("gcc", *flags, source, "-o", program)
        if strip:
            output("strip", "--strip-all", program)
        guests.qemu("pie", program, plugin=f"{options}out={trace}")
        return program, trace

    def test_verdicts(self):
        """Of a program with a C library in it, stripped or not, and of one whose code is anywhere."""
        for flags in (["-O2", "-g"], ["-O2", "-static"]):
            for strip in (False, True):
                program, trace = self.record(*flags, strip=strip)
                document = json.loads(self.covtool("report", "--by", "jump", "--json", "--elf", program, trace).stdout)
                expected = {jump["address"]: (jump["taken"], jump["fellThrough"], jump["verdict"], jump["target"])
                            for module in document["modules"] for function in module["functions"]
                            for jump in function["jumps"]}
                found = {address: (line["taken"], line["fellThrough"], line["verdict"], line["target"])
                         for address, line in self.lines(self.document(program, "--elf", program, trace)).items()
                         if "verdict" in line}
                # More functions than these are listed.
                self.assertEqual({address: found.get(address) for address in expected}, expected)
                print(f"{flags}, stripped {strip}: {len(expected)} jumps")

    def test_names(self):
        """Of stubs, of functions without names, and of places in functions."""
        program, trace = self.record("-O0", "-fcf-protection=none")
        text = self.covtool("disassemble", "main", "--no-source", trace).stdout
        self.assertRegex(text, r"(?m)^ +1\| +[0-9a-f]+:  call +0x[0-9a-f]+ <qsort@plt>$")
        start, = (address for address, (_, names) in symbols(program).items() if "main" in names)
        places = re.findall(r"0x([0-9a-f]+) <main\+0x([0-9a-f]+)>", text)
        self.assertGreater(len(places), 0)
        for address, offset in places:
            self.assertEqual(int(address, 16), start + int(offset, 16))
        program, trace = self.record("-O0", "-fcf-protection=none", strip=True)
        self.assertIn(f"<sub_{start:x}>: whole, ", self.covtool("disassemble", f"sub_{start:x}", trace).stdout)
        self.assertEqual(self.lines(self.document(f"whole+{start + 8}", trace)),
                         self.lines(self.document(f"sub_{start:x}", trace)))

    def test_nothing_to_show(self):
        """Sources that are left out, and a module whose file is gone."""
        program, trace = self.record("-O0", "-g")
        for words in (["--exclude", "*whole.c"], ["--include", "nosuch/*", "--json"]):
            done = self.covtool("disassemble", "main", *words, "-o", "code", trace, status=65)
            self.assertIn("nothing is left to show", done.stderr)
            self.assertFalse((self.folder / "code").exists())
        program.unlink()
        done = self.covtool("disassemble", "whole", trace, status=66)
        self.assertIn(f"{program}: there is no file to show the code of", done.stderr)

    def test_none_twice(self):
        """Unwinding tables have padding before functions of assembly code as part of them."""
        source, program, trace = (self.folder / name for name in ("whole.c", "whole", "run.drcov"))
        source.write_text(C)
        for compiler, kind, flags in (("gcc", "static", ["-static"]), ("gcc", "pie", []),
                                      ("s390x-linux-gnu-gcc", "s390x", ["-static"])):
            if not shutil.which(compiler):
                print(f"not run: no {compiler}")
                continue
            output(compiler, "-O2", *flags, source, "-o", program)
            guests.record(trace, kind, program)
            for module in drcov.load(trace).modules:
                if not module.path.startswith("/"):
                    continue
                lines = [line for part in self.document(module.path, trace, "--no-source")["modules"]
                         for code in part["code"] for line in code["lines"]]
                times = collections.Counter(line["address"] for line in lines)
                print(f"{kind} {module.path}: {len(times)} lines")
                self.assertGreater(len(times), 40)
                self.assertEqual([hex(address) for address, count in times.items() if count > 1], [])
                # Nor does one begin in another.
                ends = sorted((line["address"], line["address"] + line["size"]) for line in lines)
                self.assertEqual([(hex(one[0]), hex(next[0])) for one, next in zip(ends, ends[1:]) if one[1] > next[0]], [])

    def test_ranges(self):
        program, trace = self.record("-O0", "-g")
        whole = self.lines(self.document("main", trace))
        places = sorted(whole)
        part = self.lines(self.document(f"whole+{places[2]}..{hex(places[7])}", trace))
        self.assertEqual(part, {address: whole[address] for address in places[2:7]})
        for words, status, said in ((["whole+9..8"], 64, "behind the first"), (["whole.c:5"], 64, "is a line"),
                                    (["whole+0xfffffff"], 65, "behind the module's end"),
                                    (["other+1"], 65, "no module is called 'other'"),
                                    (["mian"], 65, "did you mean 'main'?"), ([""], 64, "not a place")):
            done = self.covtool("disassemble", *words, trace, status=status)
            self.assertIn(said, done.stderr)
            self.assertEqual(done.stdout, "")

    def test_merged(self):
        """Counts of several runs add up, and QEMU's log of a run is a trace."""
        program, trace = self.record("-O0", "-static", "-g")
        twice = self.folder / "twice.drcov"
        shutil.copy(trace, twice)
        one, both = (self.lines(self.document("main", *traces)) for traces in ([trace], [trace, twice]))
        self.assertEqual({address: line["hits"] * 2 for address, line in one.items()},
                         {address: line["hits"] for address, line in both.items()})
        log = self.folder / "run.log"
        guests.qemu("static", program, options=["-d", "exec,nochain", "-D", log])
        foreign = self.lines(self.document("main", "--elf", program, log))
        self.assertEqual({address: line["hits"] for address, line in foreign.items()},
                         {address: line["hits"] for address, line in one.items()})

    def test_sources(self):
        """Lines as addr2line has them, their texts below a folder that is named."""
        program, trace = self.record("-O0", "-g")
        found = self.lines(self.document("main", trace))
        said = output("addr2line", "-e", program, *(hex(address) for address in found)).splitlines()
        self.assertEqual([f'{line["file"]}:{line["line"]}' for line in found.values()],
                         [text.split(" ")[0] for text in said])
        self.assertNotIn("qsort(numbers", self.covtool("disassemble", "main", trace).stdout)
        text = self.covtool("disassemble", "main", "--source-root", self.folder, trace).stdout
        number = C.splitlines().index("    qsort(numbers, 3, sizeof *numbers, order);") + 1
        self.assertIn(f"     |whole.c:{number}:     qsort(numbers, 3, sizeof *numbers, order);\n", text)
        self.assertNotIn("whole.c:1", self.covtool("disassemble", "main", "--no-source", trace).stdout.partition("\n")[2])

    def test_missed(self):
        program, trace = self.record("-O0", "-g")
        missed = {address for address, line in self.lines(self.document("never", trace)).items() if not line["hits"]}
        self.assertGreater(len(missed), 5)
        plain = self.covtool("disassemble", "never", "--bytes", trace).stdout
        self.assertEqual({int(text, 16) for text in re.findall(r"(?m)^#####\| +([0-9a-f]+):  [0-9a-f]{2} ", plain)}, missed)
        self.assertNotIn("\x1b", plain)
        coloured = self.covtool("disassemble", "never", "--colour", "always", trace).stdout
        self.assertEqual(coloured.count("\x1b[2m#####|"), len(missed))

    def test_function_and_module(self):
        """What is both is the function."""
        program, trace = self.record("-O0", "-g")
        (self.folder / "main").write_bytes(program.read_bytes())
        (self.folder / "main").chmod(0o755)
        guests.qemu("pie", self.folder / "main", plugin=f"counts=on,out={trace}")
        done = self.covtool("disassemble", "main", trace)
        self.assertIn("'main' is a function and a module", done.stderr)
        self.assertEqual(done.stdout.count(">: "), 1)
        self.assertGreater(self.covtool("disassemble", "./main", trace).stdout.count(">: "), 5)

    def test_schema(self):
        program, trace = self.record("-O0", "-g")
        schema = json.loads((ROOT / "Docs/disassembly.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        document = self.document("whole", trace)
        jsonschema.Draft202012Validator(schema).validate(document)
        del document["modules"][0]["code"][0]["lines"][0]["hits"]
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate(document)

    def test_without_library(self):
        program, trace = self.record("-O0", "-g")
        for number in (4, 5, 6):
            (self.folder / f"libcapstone.so.{number}").touch()
        done = self.covtool("disassemble", "main", trace, "-o", "code.txt", status=66,
                            environment={"LD_LIBRARY_PATH": str(self.folder)})
        self.assertRegex(done.stderr, r"^covtool: error: instructions need Capstone \(.*\); install Debian's libcapstone4 or libcapstone5\n$")
        self.assertFalse((self.folder / "code.txt").exists())

    def test_syntax(self):
        """As objdump writes it by itself."""
        program, trace = self.record("-O0", "-g")
        self.assertRegex(self.covtool("disassemble", "main", trace).stdout, r"mov +rbp, rsp\n")
        self.assertRegex(self.covtool("disassemble", "main", "--syntax", "att", trace).stdout, r"movq +%rsp, %rbp\n")
