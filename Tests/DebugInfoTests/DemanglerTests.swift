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
