"""What objdump says of instructions: where each begins, its bytes, how it leaves and where to."""

import re
from typing import NamedTuple

from Tests.EndToEnd.support.setting import output

LINE = re.compile(r" *([0-9a-f]+):\t([0-9a-f ]+?) *\t(.*)")
REGISTER = re.compile(r"(r\d+|sb|sl|fp|ip|sp|lr|pc)$")
# What is no instruction.
DATA = re.compile(r"\(bad\)|\.(byte|short|word|long|inst|insn|quad|[248]byte)\b|<UNDEFINED>|<illegal|unimp|undefined")

PREFIXES = re.compile(r"((rex(\.[WRXB]+)?|data16|addr(16|32)|lock|repn?z|rep|[c-gs]s)( |$))+")


class Instruction(NamedTuple):
    address: int
    bytes: str
    # The set that it is of.
    set: str
    # As Tests/Instructions writes them.
    kind: str
    target: str


def instructions(objdump, path, set):
    """Runs of instructions, each behind the one before; data and what is not known stand between runs."""
    options = ["-M", "no-aliases"] if set.startswith("riscv") else []
    runs, end, before = [[]], None, ""
    for line in output(objdump, "-dw", *options, path).splitlines():
        found = LINE.match(line)
        if not found:
            continue
        address, bytes, text = int(found[1], 16), found[2], found[3].strip()
        of = set
        if set not in ("x8664", "i386", "s390x"):  # whole words or halves, the first byte last
            of = "thumb" if set == "arm" and len(bytes.split()[0]) == 4 else set
            bytes = "".join(word[at - 2:at] for word in bytes.split() for at in range(len(word), 0, -2))
        bytes = before + bytes.replace(" ", "")
        address, before = address - len(before) // 2, ""
        if set in ("x8664", "i386"):
            # Prefixes that have no effect where they stand are an instruction to objdump, and none to
            # processors; a wait is one to processors, and part of what follows to objdump.
            if PREFIXES.fullmatch(text):
                before = bytes
                continue
            if bytes.startswith("9b") and len(bytes) > 2 and not DATA.search(text):
                runs.append([Instruction(address, "9b", of, "-", "-")])
                address, bytes, end = address + 1, bytes[2:], address + 1
        last = runs[-1]
        if not DATA.search(text) and text:
            if last and (end != address or last[-1].set != of):
                runs.append(last := [])
            last.append(Instruction(address, bytes, of, *branch(of, text)))
        elif last:
            runs.append([])
        end = address + len(bytes) // 2
    return [run for run in runs if run]


def branch(set, text):
    """Kind and target of an instruction by its text."""
    text = re.split(r" *(?:[#;@] | //|\t[@;#])", text, maxsplit=1)[0].strip()
    name, _, operands = text.replace("\t", " ").partition(" ")
    operands = operands.strip()
    family = {"x8664": x86, "i386": x86, "arm": arm, "thumb": arm, "aarch64": aarch64,
              "riscv32": riscv, "riscv64": riscv, "s390x": s390}[set]
    kind, is_direct = family(name, operands)
    if not is_direct:
        return kind, "-"
    # The last operand, before its symbol.
    target = re.split(r"[, ]", operands.partition("<")[0].rstrip())[-1]
    return kind, target.removeprefix("0x").lstrip("0") or "0"


JUMP, CONDITIONAL, CALL, LEAVE, ON = "jump", "conditional-jump", "call", "leave", "-"


def x86(name, operands):
    while re.fullmatch(r"bnd|notrack|rep[a-z]*|lock|data16|addr(16|32)|rex\S*|[c-gs]s|xacquire|xrelease", name) \
            and operands:
        name, _, operands = operands.partition(" ")
        operands = operands.strip()
    name = name.partition(",")[0]
    is_direct = not operands.startswith(("*", "$"))
    if re.fullmatch(r"l?callw?q?l?", name):
        return CALL, is_direct
    if re.fullmatch(r"l?jmpw?q?l?", name):
        return JUMP, is_direct
    if re.fullmatch(r"j[a-z]+|loopn?[ez]?[lqw]?|xbegin[lqw]?", name):
        return CONDITIONAL, True
    if re.fullmatch(r"l?retf?[qwl]?|iret[qlw]?|sysret[lq]?|sysexit[lq]?|rsm|ud[012][a-z]?", name):
        return LEAVE, False
    return ON, False


def aarch64(name, operands):
    if name in ("b", "bl"):
        return JUMP if name == "b" else CALL, True
    if re.fullmatch(r"bc?\.[a-z]+|cbn?z|tbn?z", name):
        return CONDITIONAL, True
    if re.fullmatch(r"blr(a[ab]z?)?", name):
        return CALL, False
    if re.fullmatch(r"br(a[ab]z?)?", name):
        return JUMP, False
    return (LEAVE if re.fullmatch(r"(ret|eret)(a[ab])?|drps|udf", name) else ON), False


CONDITIONS = "eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le"


def arm(name, operands):
    name = re.sub(r"\.[nw]$", "", name)
    if re.fullmatch(r"cbn?z|le|letp|wls(tp\.\d+)?", name):
        return CONDITIONAL, True
    if re.fullmatch(rf"tb[bh]({CONDITIONS})?", name):
        return JUMP if len(name) == 3 else CONDITIONAL, False
    if found := re.fullmatch(rf"(bxj|bxns|bx|blxns|blx|bl|b)({CONDITIONS})?", name):
        is_direct = not REGISTER.match(operands)
        kind = CALL if found[1].startswith("bl") else \
            LEAVE if found[1] == "bx" and operands == "lr" else JUMP
        return ("conditional-" if found[2] else "") + kind, is_direct
    found = re.fullmatch(rf"(rfe..|eret|udf|pop|ldr|ldm(?:ia|ib|da|db|fd|ed|fa|ea)?|mov|mvn|add|sub|rsb|and|orr|"
                         rf"eor|bic|adc|sbc|rsc|lsl|lsr|asr|ror|rrx)(s?)({CONDITIONS})?", name)
    if not found:
        return ON, False
    condition = "conditional-" if found[3] else ""
    if found[1] in ("eret", "udf") or found[1].startswith("rfe"):
        return condition + LEAVE, False
    if found[1] == "pop" or found[1].startswith("ldm"):
        return (condition + LEAVE if re.search(r"[{ ,]pc\}", operands) else ON), False
    if not re.match(r"pc\b", operands):
        return ON, False
    is_return = found[2] or (found[1] == "mov" and operands == "pc, lr") or operands == "pc, [sp], #4"
    return condition + (LEAVE if is_return else JUMP), False


def riscv(name, operands):
    """Without aliases."""
    operands = operands.split(",")
    if name in ("c.j", "c.jal"):
        return JUMP if name == "c.j" else CALL, True
    if name == "jal":
        return CALL if operands[0] in ("ra", "t0") else JUMP, True
    if re.fullmatch(r"b(eq|ne|lt|ge|ltu|geu)|c\.b(eq|ne)z", name):
        return CONDITIONAL, True
    if name in ("c.jr", "c.jalr", "jalr"):
        if name == "c.jalr" or (name == "jalr" and operands[0] in ("ra", "t0")):
            return CALL, False
        through = re.search(r"[a-z]+\d*", operands[-1])[0]
        return LEAVE if through in ("ra", "t0") else JUMP, False
    return LEAVE if re.fullmatch(r"[sm]ret|dret|mnret", name) else ON, False


def s390(name, operands):
    if name in ("brasl", "bras", "jas", "jasl"):
        return CALL, True
    if name in ("basr", "balr", "bassm", "bakr"):
        return ON if operands.endswith("%r0") else CALL, False
    if name in ("bas", "bal", "pc", "bsg", "bsa"):
        return CALL, False
    if name in ("pr", "rp", "lpsw", "lpswe", "lpswey"):
        return LEAVE, False
    if name in ("j", "jg"):
        return JUMP, True
    if name in ("br", "bsm"):
        return LEAVE if (name, operands) == ("br", "%r14") else JUMP, False
    if name == "b" or name == "bi":
        return JUMP, False
    if name in ("bctr", "bctgr"):
        return ON if operands.endswith("%r0") else CONDITIONAL, False
    if re.fullmatch(r"bctg?|bxhg?|bxleg?", name):
        return CONDITIONAL, False
    if re.fullmatch(r"brctg?|brcth|brxhg?|brxlg|brxle|jctg?|jcth|jxhg?|jxleg?", name):
        return CONDITIONAL, True
    condition = "(o|h|nle|l|nhe|lh|ne|e|nlh|he|nl|le|nh|no|m|nm|p|np|z|nz)"
    if re.fullmatch(rf"jg?{condition}", name):
        return CONDITIONAL, True
    if re.fullmatch(rf"cl?g?[ri]j{condition}?", name):
        return CONDITIONAL, True
    if re.fullmatch(rf"cl?g?[ri]b{condition}?", name):
        return CONDITIONAL, False
    if re.fullmatch(rf"b{condition}r", name):
        if operands == "%r0":
            return ON, False
        return "conditional-" + (LEAVE if operands == "%r14" else JUMP), False
    if re.fullmatch(rf"bi?{condition}", name):
        return CONDITIONAL, False
    return ON, False
