-- Much of what Lua can, with one result on every run: no time, no chance, no addresses.
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(fib(18))

-- Metatables, inheritance, varargs, goto, integer and float for.
local Shape = {}; Shape.__index = Shape
function Shape.new(name, ...) return setmetatable({name = name, sides = {...}}, Shape) end
function Shape:around() local sum = 0; for _, side in ipairs(self.sides) do sum = sum + side end return sum end
Shape.__tostring = function(s) return s.name .. ":" .. s:around() end
Shape.__eq = function(a, b) return a:around() == b:around() end
Shape.__lt = function(a, b) return a:around() < b:around() end
Shape.__le = function(a, b) return a:around() <= b:around() end
Shape.__add = function(a, b) return Shape.new(a.name .. b.name, a:around(), b:around()) end
Shape.__concat = function(a, b) return tostring(a) .. "&" .. tostring(b) end
Shape.__len = function(s) return #s.sides end
Shape.__call = function(s, factor) return s:around() * factor end
Shape.__close = function(s) print("closed", s.name) end
local a, b = Shape.new("a", 3, 4, 5), Shape.new("b", 6, 6)
print(tostring(a), a == b, a < b, a <= b, tostring(a + b), a .. b, #a, a(2), select("#", 1, nil, 3))
do local c <close> = Shape.new("c"); local d <const> = 7; print(d) end
for i = 10, 1, -3 do if i == 4 then goto next end; io.write(i, " ") ::next:: end print()
for x = 0.0, 1.0, 0.25 do io.write(string.format("%.2f ", x)) end print()
local i = 0; repeat i = i + 1; if i == 7 then break end until false; while i > 0 do i = i // 2 end print(i)

-- Numbers: integers that wrap, floats, bits, conversions.
print(math.maxinteger + 1 == math.mininteger, 7 // 2, -7 // 2, 7 % -3, -7.5 % 2, 2 ^ 10, 1 / 0, -1 / 0, 3 | 4, 6 & 3, 5 ~ 1, ~0, 1 << 62, 1 >> 3)
print(math.type(1), math.type(1.0), math.tointeger("8"), 10 // 0.0, 0x10p2, 0xA.8, 1e15, 1e100, 2^53, "10" + 5, "3" * "4", 10 .. 20)
print(pcall(function() return 1 // 0 end)); print(pcall(function() return 2^53 | 0, 1.5 | 0 end))
print(math.floor(-3.5), math.ceil(3.2), math.fmod(7, 3), math.abs(-4), math.max(1, 5, 3), math.min(2, 0), math.ult(1, -1), math.sqrt(16))

-- Strings and patterns.
print(("hello world"):gsub("o", "0"), ("key = value"):match("^(%w+)%s*=%s*(%w+)$"), ("abc"):rep(3, "-"), ("x"):byte(), ("%d"):format(7), #"\u{20AC}\x41\65\z
    end")
for word, at in ("one two  three"):gmatch("(%a+)()") do io.write(word, at, ";") end print()
print(("THE (quick) fox"):find("%((%a+)%)"), ("f(a(b)c)d"):match("%b()"), ("hello"):gsub("", "."), ("abc"):gsub("%w", {a = "1", b = false}), ("abc"):gsub("(b)", function(c) return c:upper() end), ("  trim "):match("^%s*(.-)%s*$"), ("x=1,y=2"):gsub("(%w)=(%w)", "%2=%1"), ("THE"):lower():reverse(), ("a.b"):find(".", 1, true), ("\0a\0"):len(), ("frontier THE"):gsub("%f[%a]%a+", "W"))
print(string.format("%q|%s|%5d|%-5s|%05.1f|%x|%g|%a|%c|%i|%o|%%", 'a "q"\n', nil, 42, "l", 3.14159, 255, 1e20, 0.5, 65, 3, 8))
print(string.pack("<i4 z s1 d", 100, "zero", "len", 1.5):byte(1, -1)); print(string.unpack("<i4 z s1", string.pack("<i4 z s1", -2, "zz", "s")))
print(utf8.char(72, 228, 8364, 128512), utf8.len("häß"), utf8.codepoint("ä", 1)); for p, c in utf8.codes("aä€") do io.write(p, ":", c, " ") end print()

-- Tables: sort, concat, move, growth and shrinking, next while changing.
local t = {}; for n = 1, 300 do t[n] = (n * 7919) % 1009 end
table.sort(t); print(t[1], t[150], t[300], table.concat(t, ",", 1, 10)); table.sort(t, function(x, y) return x > y end); print(t[1])
table.insert(t, 1, "first"); table.insert(t, "last"); print(table.remove(t), table.remove(t, 1), #t, table.unpack(t, 1, 3)); print(table.unpack(table.move({1, 2, 3}, 1, 3, 2)))
print(pcall(table.sort, {3, 1, 2, 5, 4}, function() return true end)); local packed = table.pack(1, nil, 3); print(packed.n)
local keys = {}; local mixed = {10, 20, x = 1, y = 2, [3.5] = "f", [true] = "b"}; for k in pairs(mixed) do mixed[k] = nil; keys[#keys + 1] = tostring(k) end table.sort(keys); print(table.concat(keys, " "))
print(pcall(function() local n = nil; n.field = 1 end)); print(pcall(function() return {} < {} end)); print(pcall(function() return #5 end)); print(pcall(function() t[nil] = 1 end)); print(pcall(rawset, {}, 0/0, 1)); print(rawequal(t, t), rawlen({1, 2}), rawget({5}, 1))

-- Errors, coroutines, closures.
print(type(select(2, pcall(error, {code = 5})))); print(select(2, xpcall(function() error("deep", 2) end, function(m) return "handled " .. tostring(m) end))); print(pcall(error)); print(select(2, pcall(error, "text", 0)))
local co = coroutine.create(function(x, y) local z = coroutine.yield(x + y); local w <close> = setmetatable({}, {__close = function() print("co closed") end}); coroutine.yield(z * 2); error("in coroutine") end)
print(coroutine.resume(co, 1, 2)); print(coroutine.status(co), coroutine.resume(co, 10)); print(coroutine.resume(co)); print(coroutine.status(co), coroutine.resume(co))
local gen = coroutine.wrap(function() for k = 1, 3 do coroutine.yield(k) end end); print(gen(), gen(), gen(), coroutine.isyieldable()); local cut = coroutine.create(function() coroutine.yield() end); coroutine.resume(cut); print(coroutine.close(cut))
local function counter() local c = 0; return function() c = c + 1; return c end end local c1, c2 = counter(), counter(); c1(); print(c1(), c2())
local function deep(n) return n == 0 and "bottom" or deep(n - 1) end print(deep(10000)); local function over(n) return 1 + over(n + 1) end print(pcall(over, 1) == false)

-- The compiler and the collector.
print(load("return 1 + ...", "chunk", "t")(41)); print(load("syntax error here")); print(load("x ="), load("for"), load("goto nowhere"), load("break"), load("local x <const> = 1; x = 2"), load("'open"), load("--[[ open")); print(load(string.dump(function(q) return q * 2 end), "dumped", "b")(21))
local env = {print = print}; load("y = 5; local function f() return y end; z = f()", "e", "t", env)(); print(env.y, env.z, y)
local weak = setmetatable({}, {__mode = "k"}); weak[{}] = 1; collectgarbage(); print(next(weak)); local dead = 0; for n = 1, 2000 do setmetatable({n}, {__gc = function() dead = dead + 1 end}) end collectgarbage("collect"); print(dead)
collectgarbage("generational"); for n = 1, 3000 do local junk = {n, {n}, tostring(n)} end collectgarbage("incremental", 100, 200); collectgarbage("step", 100); print(collectgarbage("isrunning")); print(collectgarbage("stop"), collectgarbage("restart"))
debug.sethook(function(event) dead = dead + 1 end, "crl", 100); fib(5); debug.sethook(); print(dead > 2000, debug.getinfo(1, "l").currentline, debug.getinfo(fib, "S").short_src ~= nil, debug.getlocal(1, 1), (debug.traceback("tb", 1):gsub("[%w/.]*lua.lua", "lua.lua")))
local up = debug.getupvalue(c1, 1); print(up, debug.setupvalue(c1, 1, 99), c1()); print(type(print))

-- Files.
local name = "lua.txt"; local f = assert(io.open(name, "w")); f:write("line 1\n", 2, " ", 3.5, "\nlast"); f:close(); for line in io.lines(name) do io.write("[", line, "]") end print()
f = io.open(name); print(f:read("l", "n", "n", "L", "a")); print(f:seek("set", 2), f:read(3), f:seek("end"), f:read("a"), f:read("l")); f:close(); print(pcall(f.read, f)); print(io.open("/nonexistent/x")); print(os.rename(name, name .. "2"), os.remove(name .. "2"), (os.remove(name))); print(io.type(f), io.type(io.stdout), io.type(3)); print(os.date("!%Y-%m-%d", 86400), os.time({year = 2020, month = 1, day = 1, hour = 12}) > 0, os.getenv("NO_SUCH_VARIABLE"), tonumber("z", 36), tonumber("7", 2), tonumber("  0x1p4  "), tonumber("1e"), tostring(-0.0))
print(require("string") == string, pcall(require, "no.such.module") == false, package.config:sub(1, 1))
