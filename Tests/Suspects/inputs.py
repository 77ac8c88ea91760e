"""What the programs are run on: seeds of many kinds, as a test suite has them, each changed in a few places."""

import bz2

from Tests.Corpus.programs import JSON, LUA, mutated

SCRIPTS = [*LUA, b"""local s = "the quick brown fox"
print(s:upper(), s:len(), s:sub(5, 9), s:rep(2, "-"), s:reverse(), s:byte(1, 3))
print(s:find("quick"), s:find("(q%w+)"), s:match("%a+ (%a+)"), s:gsub("%w+", string.len))
""", b"""local t = setmetatable({}, {__index = function(t, k) return k * 2 end, __len = function() return 7 end,
  __call = function(self, x) return x + 1 end, __tostring = function() return "T" end, __eq = rawequal,
  __lt = function(a, b) return true end, __concat = function(a, b) return "cat" end, __unm = function() return -1 end})
print(t[21], #t, t(1), tostring(t), t < t, t .. "x", -t, rawlen(t), rawget(t, 1))
""", b"""local i, n = 0, 0
while true do i = i + 1 if i % 2 == 0 then goto next end n = n + i if i > 9 then break end ::next:: end
repeat local x = n n = n - 3 until x < 10
for k = 10, 1, -3 do io.write(k, " ") end
for k = 1.0, 2.0, 0.25 do io.write(k, " ") end
print(i, n)
""", b"""print(1 // 0.0, -7 // 2, -7 % 3, 7.5 % -2, 2 ^ 10, 10 / 4, 3 | 4, 6 & 3, 5 ~ 1, ~5, 1 << 62, -1 >> 60)
print(1e15, 1e100, 0x10, 0xA.8p1, 3 == 3.0, math.type(3), math.type(3.0), math.tointeger("8"), "10" + 5)
print(math.floor(-3.5), math.ceil(3.2), math.huge, -math.huge, math.fmod(-7, 3), math.ult(1, -1), math.abs(-4))
""", b"""print(select("#", 1, nil, nil), select(-1, 1, 2, 3), select("#", pcall(error, {code = 1})), pcall(error))
local ok, message = xpcall(function() local x = nil; return x.y end, function(m) return "handled: " .. m end)
print(ok, message) print(pcall(string.rep)) print(pcall(setmetatable, 1, {})) print(tostring(nil), tonumber("z", 36))
""", b"""local t = {5, 2, 8, 1, 9, 3}
table.sort(t, function(a, b) return a > b end) print(table.concat(t, " "))
table.insert(t, 1, 7) table.insert(t, 4) print(table.remove(t), table.remove(t, 1), #t, table.unpack(t, 2, 4))
print(table.move({1, 2, 3}, 2, 3, 1)[1], next({}), #"abc", table.pack(1, nil, 3).n)
""", b"""local function counter() local n = 0 return function() n = n + 1 return n end end
local a, b = counter(), counter() print(a(), a(), b())
local co = coroutine.create(function(x) local y = coroutine.yield(x + 1) error("stop " .. y) end)
print(coroutine.resume(co, 1)) print(coroutine.resume(co, 2)) print(coroutine.status(co), coroutine.resume(co))
""", b"""print(string.format("%d %5d %-5d| %05d %x %X %o %c %e %g %a %s %10.3s| %%", 1, 2, 3, 4, 255, 255, 8, 65, 1.5, 0.1, 1, "s", "abcdef"))
print(string.pack("<i4", 7):byte(1, -1)) print(string.unpack("<i2", "\\1\\2")) print(("x"):rep(3), ("%d"):format(3.0))
print(load("return 1 + 1")(), load("syntax error here"), #string.dump(function() end) > 0)
""", b"""local big = {} for i = 1, 200 do big[i] = i big["k" .. i] = i end
for i = 1, 200, 3 do big[i] = nil end local n = 0 for _ in pairs(big) do n = n + 1 end print(n)
collectgarbage() collectgarbage("step") print(collectgarbage("count") > 0, os.time{year=2020, month=1, day=1, hour=12} > 0)
local <const> x = 1
""", b"""local x <const>, y <close> = 5, setmetatable({}, {__close = function() print("closed") end})
print(x, #arg, ...) print(utf8.char(72, 228, 8364), utf8.codepoint("\xe2\x82\xac", 1), utf8.len("\xff"))
return 3
"""]
DOCUMENTS = [*JSON, b'{"a": {"b": {"c": [1, {"d": "e"}, [2, [3, [4]]]]}}, "f": -0.0, "g": 1E+2, "h": 18446744073709551615}',
             b'// a comment\n{"x": /* another */ 1, "y": [true, false, null], "z": "\\u0041\\ud83d\\ude00\\t\\/"}\n// end',
             b'[1, 2,, 3]', b'{"a" 1}', b'"only text"', b'[1e400, -1e-400, 123456789012345678901234567890]', b'{"a": 1, "a": 2}',
             b'["' + b"long " * 60 + b'", ' + b", ".join(b"%d" % n for n in range(80)) + b"]", b"", b"tru", b"[[[[[[[[[[]]]]]]]]]]"]
PLAIN = [b"", b"a", b"ab" * 50, b"a" * 3000, b"the quick brown fox jumps over the lazy dog. " * 20, bytes(range(256)) * 8,
         b"\0" * 500 + b"\xff" * 500, *[script * 4 for script in SCRIPTS[:6]]]
PACKED = [bz2.compress(data, level) for data, level in zip(PLAIN, (1, 9, 1, 5, 9, 1, 9, 1, 2, 3, 4, 5, 6))]
BZIP2 = [(["-c"], PLAIN), (["-1cv"], PLAIN), (["-dc"], PACKED), (["-tvv"], PACKED), (["-dcs"], PACKED),
         (["-dc"], [one + two for one, two in zip(PACKED, PACKED[1:])])]


def made(name, chance):
    """(what stands behind the program's name, what it reads)."""
    words, seeds = {"lua": (["-"], SCRIPTS), "jsoncpp": ([], DOCUMENTS)}.get(name) or chance.choice(BZIP2)
    seed = chance.choice(seeds)
    return words, seed if chance.random() < 0.4 else mutated(chance, seed)
