import DebugInfo
import Testing

/// Expected: the Itanium ABI's, the Rust reference's and Swift's own documents' examples, by hand.
@Test(arguments: [
    ("_Z3addii", "add(int, int)"),
    ("_ZN5space5Thing4nameEv", "space::Thing::name()"),
    ("_ZNK3BoxIiE7doubledEv", "Box<int>::doubled() const"),
    ("_ZN4core3fmt5write17h0123456789abcdefE", "core::fmt::write"),
    ("_ZN3foo18Bar$LT$T$GT$$u20$a17h05af221e174051e9E", "foo::Bar<T> a"),
    ("_RNvCskwGfYPst2Cb_3foo16example_function", "foo::example_function"),
    ("_RINvNtC3std3mem8align_ofjE", "std::mem::align_of::<usize>"),
    ("$s4main3fooyyF", "main.foo() -> ()"),
    ("main", "main"), ("_Z", "_Z"), ("_ZN", "_ZN"), ("_R", "_R"), ("$s", "$s"), ("", ""),
    ("_Zebra", "_Zebra"), ("_ZN9endlesss", "_ZN9endlesss"),
])
func readableNames(name: String, expected: String) {
    #expect(Demangler.readable(name) == expected)
}

/// Names whose parts stand for others again, twice each: what they are would fill all memory, or take for
/// ever to find out.
struct BoundlessNames {
    /// `S_`, `S0_`, …, `SZ_`, `S10_`, …
    private static func substitution(_ number: Int) -> String {
        number == 0 ? "S_" : "S\(String(number - 1, radix: 36, uppercase: true))_"
    }

    /// f(A<int, int>, B<A<…>, A<…>>, C<B<…>, B<…>>, …)
    private static func chain(_ length: Int, arguments: Int = 2) -> String {
        (0..<length).reduce("1AIiiE") { text, number in
            let last = String(repeating: substitution(1 + 2 * number), count: arguments)
            return text + "2a" + String(UnicodeScalar(UInt8(97 + number % 26))) + "I" + last + "E"
        }
    }

    private static func nest(_ text: String, _ end: String, _ count: Int) -> String {
        String(repeating: text, count: count) + String(repeating: end, count: count)
    }

    /// A tuple of tuples, by their places in the name.
    private static func rust(_ length: Int) -> String {
        let digits = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        func number(_ value: Int) -> String {
            var (text, rest) = ("_", value - 1)
            guard value > 0 else { return text }
            repeat {
                text = String(digits[rest % 62]) + text
                rest /= 62
            } while rest > 0
            return text
        }
        var (text, last) = ("INvC1a1fTllE", 8)
        for _ in 0..<length {
            let place = text.utf8.count
            text += "TB\(number(last))B\(number(last))E"
            last = place
        }
        return "_R" + text + "E"
    }

    /// f(A<A<…>, A<…>>) of struct A<T, U> in module m, as swiftc writes it.
    private static func swift(_ depth: Int) -> String {
        let levels = (0..<depth - 1).map { number -> String in
            number < 21
                ? "A" + String(UnicodeScalar(UInt8(69 + number))) + "G"
                : "A\(number - 22 < 0 ? "" : String(number - 22))_G"
        }
        return "$s1m1fyyAA1AV" + String(repeating: "yAD", count: depth - 1) + "yS2iG"
            + levels.joined()
            + "F"
    }

    @Test(
        "They stay as they are",
        arguments: [
            "_Z1f" + chain(28), "_Z1f" + chain(400), "_Z1f" + chain(3, arguments: 2000),
            // Nothing is printed of an empty pack's elements, but each part is looked at for them.
            "_Z1fIJEEvDp" + chain(40),
            // Read twice at each depth.
            "_ZN1AcvT_" + nest("IT_", "E", 40) + "Ev",
            // A parameter of a template stands for its argument.
            "_Z1fI" + chain(8) + "EvT_" + String(repeating: "T_", count: 3000),
            "_Z1f" + nest("P", "", 16_000) + "i", "_Z1f" + nest("F", "", 16_000),
            "_Z1f" + nest("1AI", "E", 4000), rust(40), rust(800),
            "_RMC0" + nest("R", "", 16_000) + "l",
            swift(16), swift(20), swift(60), "_Z1f" + nest("i", "", 20_000),
        ])
    func stay(name: String) { #expect(Demangler.readable(name) == name) }

    @Test("Long names are read that people's programs have")
    func longNames() {
        let names = (0..<500).map { "component_of_type\($0)" }
        let mangled = names.map { "\($0.utf8.count)\($0)" }.joined()
        #expect(mangled.utf8.count > 10_000)
        #expect(Demangler.readable("_Z1f\(mangled)") == "f(\(names.joined(separator: ", ")))")
        let few = names.prefix(400)
        let arguments = few.map { "\($0.utf8.count)\($0)" }.joined()
        let list = few.joined(separator: ", ")
        #expect(
            Demangler.readable("_ZN3BoxI\(arguments)E3getEv")
                == "Box<\(list)>::get()")
        #expect(
            Demangler.readable("_ZN3BoxI\(arguments)E3setES0_") == "Box<\(list)>::set(\(names[0]))")
    }

    @Test("Parts that stand for others are read where they are few")
    func fewParts() {
        #expect(
            Demangler.readable("_Z1f" + BoundlessNames.chain(1))
                == "f(A<int, int>, aa<A<int, int>, A<int, int> >)")
        #expect(
            Demangler.readable(BoundlessNames.rust(1))
                == "a::f::<(i32, i32), ((i32, i32), (i32, i32))>")
    }
}
