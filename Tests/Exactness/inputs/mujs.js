// Some of everything that the language has, for an interpreter of ECMAScript 5.
function Stack(limit) { this.items = []; this.limit = limit || 10; }
Stack.prototype.push = function (item) {
    if (this.items.length >= this.limit) throw new RangeError("full");
    this.items.push(item);
    return this;
};
Object.defineProperty(Stack.prototype, "top", { get: function () { return this.items[this.items.length - 1]; } });
function fibonacci(n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
function check(what, value) { print(what, typeof value, String(value)); }
var stack = new Stack(3);
try { for (var i = 0; ; i++) stack.push(i * i); } catch (e) { check(e.name + ": " + e.message, e instanceof RangeError); }
finally { check("top", stack.top); }
check("fibonacci", fibonacci(12));
check("numbers", [0.1 + 0.2, 1 / 3, 1e21, 1e-7, -0, NaN, Infinity, 0x1f, 255..toString(16), (25).toString(2),
    (1234.5678).toFixed(2), (0.000123).toExponential(3), (1234.5678).toPrecision(6), parseInt("12px"), parseFloat("3.14abc")]);
check("bits", [5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 10, -16 >> 2, -16 >>> 28, 7 % 3, -7 % 3]);
check("maths", [Math.max(1, 5, 3), Math.min(), Math.round(2.5), Math.floor(-1.5), Math.ceil(1.2), Math.abs(-3),
    Math.pow(2, 10), Math.sqrt(16), Math.atan2(0, -1).toFixed(3)]);
check("text", ["abc".charAt(1), "abc".charCodeAt(2), "a,b,c".split(","), "hello".replace(/l+/g, function (m) { return m.length; }),
    " x ".trim(), "Hello".toUpperCase(), "HELLO".toLowerCase(), "hello".indexOf("l"), "hello".lastIndexOf("l"),
    "hello".slice(-3), "hello".substring(3, 1), "a-b".localeCompare("a"), "abc".concat(1, null), "\u00e4\x41\n".length]);
check("patterns", [/(\d+)-(?:x|y)(\w*)/.exec("12-xabc 3"), /^a.c$/im.test("x\nABC"), "2026-11-28".match(/\d+/g),
    "aBc".search(/[A-Z]/), /(a|b)*?c{1,2}/.exec("ababcc"), /(?=x)x(?!y)/.test("xy"), /\bfoo\b/.test("a foo b"), /(.)\1/.exec("hello")]);
var list = [5, 1, 4, 2, 3];
check("lists", [list.slice().sort(), list.slice().sort(function (a, b) { return b - a; }), list.map(function (x) { return x * 2; }),
    list.filter(function (x) { return x & 1; }), list.reduce(function (a, b) { return a + b; }), list.reduceRight(function (a, b) { return a - b; }),
    list.indexOf(4), list.lastIndexOf(9), list.some(isNaN), list.every(isFinite), list.concat([6], 7), list.join("-")]);
list.splice(1, 2, "a", "b", "c"); list.reverse(); list.unshift(0); list.shift(); list.pop(); list.length = 4;
check("list", list);
var object = { a: 1, "b c": [true, false, null, undefined], get d() { return this.a + 1; }, set d(v) { this.a = v; } };
object.d = 5;
check("json", JSON.stringify(object)); check("json", JSON.stringify(object, null, 2));
check("json", JSON.stringify(JSON.parse('{"x":[1,2.5e3,"\\u0041\\n",{"y":null}],"z":true}')));
try { JSON.parse("{bad}"); } catch (e) { check("json", e.name); }
for (var key in object) check("key", key);
check("keys", [Object.keys(object), Object.getOwnPropertyNames(Stack.prototype), "a" in object, delete object.a, object.hasOwnProperty("a")]);
Object.freeze(object); object.z = 1; check("frozen", [Object.isFrozen(object), object.z]);
var n = 0;
outer: for (var x = 0; x < 5; x++) { for (var y = 0; ; y++) { if (y > x) continue outer; if (x == 3) break outer; n += y; } }
do { n--; } while (n > 0);
while (true) { if (++n > 4) break; else continue; }
switch (n) { case 1: check("no", n); case 5: check("five", n); case 6: check("through", n); break; default: check("default", n); }
switch ("x") { case "a": break; default: check("default", "x"); }
check("conditions", [n && 0, n || 1, !n, n ? "y" : "n", n == "5", n === "5", null == undefined, void 0, (1, 2), typeof nothing]);
check("closures", (function () { var c = 0; return function () { return ++c; }; })()());
check("arguments", (function () { return [arguments.length, arguments[1]]; })(1, 2, 3));
check("calls", [Math.max.apply(null, [1, 9, 3]), Stack.call({}, 1), (function () { return this.q; }).bind({ q: 7 })()]);
with ({ w: 3 }) check("with", w);
check("date", [new Date(0).toISOString(), new Date(2026, 10, 28, 12).getMonth(), Date.UTC(2000, 1, 29), new Date("2026-11-28").getTime()]);
check("eval", eval("var q = 3; q * q"));
check("function", new Function("a", "b", "return a + b")(2, 3));
check("uri", [encodeURIComponent("a b/\u00e4"), decodeURIComponent("%41%20"), encodeURI("http://x/y z")]);
["nothing()", "null.x", "var 1", "'", "/(/", "x = = 3", "throw 3", "new 5", "decodeURI('%')", "[].reduce(1)", "(1).toFixed(99)"].forEach(function (text) {
    try { eval(text); } catch (e) { check(text, e); }
});
