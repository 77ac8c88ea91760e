import Coverage
import Testing

@Suite struct StatementTests {
    /// The line on which the statement began that each line goes on in, 0 for none.
    private func starts(_ path: String, _ lines: String...) -> [Int] {
        let text = Array(lines.joined(separator: "\n").utf8)
        guard let found = StatementLines(text, path: path) else { return [] }
        return (1...max(1, lines.count)).map { found.start(of: $0) ?? 0 }
    }

    @Test func c() {
        #expect(starts("x.c", "f(a,", "  b,", "", "  c);", "g();") == [0, 1, 0, 1, 0])
        #expect(starts("x.c", "a = b", "  + c;", "{", "d", ";", "}") == [0, 1, 0, 0, 0, 0])
        #expect(
            starts("x.c", "if (a", "    && b) {", "c();", "}", "else", "  d();") == [
                0, 1, 0, 0, 0, 5,
            ])
        #expect(starts("x.c", "int", "f(int a,", "  int b)", "{", "}") == [0, 1, 1, 0, 0])
        // Comments, strings, characters.
        #expect(
            starts("x.c", "f(\";\", ';', /* ; */ // ;", "  /* ( */ b", "  /* c */", ");") == [
                0, 1, 0, 1,
            ])
        #expect(
            starts("x.c", "f(\"\\\";\",", " '\\'', ';', \"a\\", "b;\", c);", "g") == [0, 1, 1, 0])
        #expect(starts("x.c", "/*", "f(", "*/ g(a,", "b)") == [0, 0, 0, 3])
        #expect(
            starts("x.cc", "f(R\"x(", ";)\"", ")x\",", "1'000, a);", "g", "(") == [
                0, 1, 1, 1, 0, 5,
            ])
        // Braces around values are none around statements.
        #expect(
            starts("x.c", "int a[] = {", " 1,", " { 2, 3 },", " 4", "}, b", " = 5;", "c") == [
                0, 1, 0, 1, 0, 1, 0,
            ])
        #expect(starts("x.cc", "return {", " 1,", " 2 };", "c") == [0, 1, 1, 0])
        #expect(
            starts("x.cc", "f(a, [] {", " b();", " c", " + d;", "}, e,", " g);", "h") == [
                0, 0, 0, 3, 0, 1, 0,
            ])
        #expect(
            starts("x.c", "x = ({ int y;", "  z", " + y; }) +", "  u;", "v") == [0, 0, 2, 1, 0])
        // The preprocessor's lines are not the statement's, and its branches begin at one place.
        #expect(
            starts(
                "x.c", "f(a,", "#if A", "  b);", "#else", "  c);", "#endif", "g();",
                "#define X( \\", "  (",
                "h();") == [0, 0, 1, 0, 1, 0, 0, 0, 0, 0])
        #expect(
            starts("x.c", "#if A", "f(a,", "#else", "g(a,", "#endif", " b);", "h();", "i", "(c);")
                == [0, 0, 0, 0, 0, 4, 0, 0, 8])
        #expect(starts("x.c", "#define X /* a", " b */", "f(", "a)") == [0, 0, 0, 3])
        #expect(starts("x.c", "a() ] ) }", "b", "c;") == [0, 0, 2])
    }

    @Test func others() {
        #expect(starts("x.rs", "f(a,", "'b', b'\\'', '\u{e4}',", "&'a c);", "d") == [0, 1, 1, 0])
        #expect(
            starts("x.rs", "match a {", "B => c(", " d),", "E", " => f,", "}") == [
                0, 0, 2, 0, 4, 0,
            ])
        #expect(
            starts("x.rs", "f(\"a", ";\", r#\"\";", "\"#, /* /* */ ; */ b);", "c") == [0, 1, 1, 0])
        #expect(
            starts("x.go", "f(a,", " b)", "c :=", "d", "e := `", "(", "`", "g") == [
                0, 1, 0, 0, 0, 5, 5, 0,
            ])
        #expect(
            starts("x.swift", "f(a,", " b)", "c", "d(\"\"\"", " (", "\"\"\")", "e") == [
                0, 1, 0, 0, 4, 4, 0,
            ])
        #expect(starts("x.s", "a").isEmpty)
        #expect(starts("c").isEmpty)
        #expect(starts("x.c", "").first == 0)
    }

    /// Whatever the text is, each line is one, and goes on with a statement that began before it.
    @Test func noise() {
        var random = SystemRandomNumberGenerator()
        let parts = [
            "\n", "\n", "\n", "a", "f(", ")", "{", "}", "[", "]", ";", ",", "= {", "return {", "\"",
            "'", "`", "/*", "*/",
            "//", "\\", "#if A\n", "#else\n", "#endif\n", "#define X \\\n", "R\"x(", ")x\"", "r#\"",
            "\"#", "\"\"\"",
            "1'0", " ", "\r\n", "\u{e4}",
        ]
        for path in ["x.c", "x.rs", "x.go", "x.swift"] {
            for _ in 0..<3_000 {
                let text = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    parts.randomElement(using: &random) ?? ""
                }.joined()
                let bytes = Array(text.utf8)
                let ends = bytes.count { $0 == UInt8(ascii: "\n") }
                let count = bytes.isEmpty || bytes.last == UInt8(ascii: "\n") ? ends : ends + 1
                let found = StatementLines(bytes, path: path)
                #expect(found?.lineCount == count, "\(text)")
                for line in 0...count + 1 {
                    if let start = found?.start(of: line) { #expect(start > 0 && start < line) }
                }
            }
        }
    }
}
