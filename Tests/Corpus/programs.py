"""The programs that are run on corpora, and their inputs."""

import bz2
import json
import random
from pathlib import Path
from typing import NamedTuple

from Tests.EndToEnd.support.setting import output
from Tests.Exactness.programs import SOURCES, program

HERE = Path(__file__).resolve().parent


class Replayed(NamedTuple):
    target: str
    words: list  # behind the program's name
    libraries: Path | None  # where QEMU finds the guest's


PROGRAMS = {
    "lua": Replayed("x86_64", ["-"], None),
    "jsoncpp": Replayed("x86_64", [], None),
    "bzip2": Replayed("aarch64", ["-dc"], Path("/usr/aarch64-linux-gnu")),
}

# What is planted -> the end that covtool must name, and the signal that it must name.
PLANTED = {b"!abort": ("crashed", 6), b"!null": ("crashed", 11), b"!exit": ("done", None), b"!hang": ("timed-out", None),
           b"!child": ("done", None), b"!eats": ("out-of-memory", None)}

LUA = [b"""local t = {}
for i = 1, 20 do t[i] = (i * 7919) % 31 end
table.sort(t)
print(table.concat(t, ","))
""", b"""local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(fib(8), string.format("%5.2f|%q", 3.25, "a\\nb"))
print(("hello world"):gsub("o", "0"))
""", b"""local Account = {} Account.__index = Account
function Account.new(b) return setmetatable({balance = b}, Account) end
function Account:withdraw(n) if n > self.balance then error("insufficient") end self.balance = self.balance - n end
local a = Account.new(10) a:withdraw(3)
print(pcall(a.withdraw, a, 100))
goto done
::done:: print(a.balance // 2, 7 & 3, 1 << 4, ~0)
""", b"""local co = coroutine.wrap(function(...) for i, v in ipairs({...}) do coroutine.yield(i, v) end end)
print(co("a", "b")) print(co())
for w in string.gmatch("one two three", "%a+") do io.write(w, ";") end
print(utf8.len("\\u{48}\\u{20AC}"), math.max(1, 2.5), tostring(nil), #"abc")
"""]
JSON = [json.dumps(document, indent=indent).encode() for document, indent in (
    ({"a": [1, 2.5, -3e10, True, False, None], "b": {"c": "text \u20ac \"quoted\" \\ \n"}}, 2),
    ([[], {}, [[[1]]], "", 0, -1, 1e-7, 123456789012345678], None),
    ({"k" * n: "v" * n for n in range(12)}, 1))]
BZIP2 = [bz2.compress(data, level) for data, level in (
    (b"", 9), (b"a" * 3000, 1), (b"the quick brown fox jumps over the lazy dog. " * 20, 9),
    (bytes(range(256)) * 4, 5))]
SEEDS = {"lua": LUA, "jsoncpp": JSON, "bzip2": BZIP2}


def mutated(chance, seed):
    """A seed that is changed in a few places, as fuzzers do it. No two letters are more than swapped, cut or repeated:
    a script cannot come to call what no seed calls."""
    data = bytearray(seed)
    for _ in range(chance.randint(0, 3)):
        if not data:
            break
        place, length = chance.randrange(len(data)), chance.randint(1, 8)
        kind = chance.randrange(4)
        if kind == 0:
            del data[place:place + length]
        elif kind == 1:
            data[place] = chance.randrange(256)
        elif kind == 2:
            data[place:place] = data[place:place + length]
        else:
            other = chance.randrange(len(data))
            data[place], data[other] = data[other], data[place]
    return bytes(data)


def corpus(name, count):
    """Name -> content, all different: one in fifty is planted."""
    chance = random.Random(name)
    found, known = {}, set()
    planted = list(PLANTED)
    while len(found) < count:
        if len(found) % 50 == 17:
            content = planted[len(found) // 50 % len(planted)] + b" %d" % len(found)
        else:
            content = mutated(chance, chance.choice(SEEDS[name]))
        if content not in known:
            known.add(content)
            found[f"{len(found):06}"] = content
    return found


def build(name, folder):
    """The program, with what is planted in it."""
    what, made = PROGRAMS[name], folder / name
    prefix = "" if what.target == "x86_64" else f"{what.target}-linux-gnu-"
    if name == "jsoncpp":
        sources = SOURCES / "libjsoncpp"
        output(f"{prefix}gcc", "-O1", "-g", "-c", HERE / "planted.c", "-o", folder / "planted.o")
        output(f"{prefix}g++", "-g", "-O1", "-w", f"-I{sources}/include", "-std=c++17",
               *sorted(sources.glob("src/lib_json/*.cpp")), HERE / "json.cc", folder / "planted.o", "-o", made)
    else:
        known = program(name)
        output(f"{prefix}{known.compiler}", "-g", "-O1", "-w", *known.flags, *known.sources, HERE / "planted.c",
               *known.libraries, "-o", made)
    return made
