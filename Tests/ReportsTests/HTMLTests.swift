import Coverage
import Testing

@testable import Reports

@Suite struct HTMLTests {
    private func highlighted(_ lines: String..., in name: String) throws -> [String] {
        var highlighter = SourceHighlighter(try #require(SourceLanguage.of(name)))
        return lines.map { line in
            var page = PageBuffer()
            highlighter.write(Array(line.utf8).span, to: &page)
            return String(decoding: page.bytes, as: UTF8.self)
        }
    }

    @Test func cSources() throws {
        #expect(
            try highlighted(
                "#include <a.h>", "  # define f(x) 'a' + '\\'' /* \"",
                "int */ static inlined, int_t;",
                "return \"/* \\\" \" // \\", "goes on", "x = 1'000; if (a<b && !c)", in: "a.c")
                == [
                    "<b>#include</b> &lt;a.h>",
                    "  <b># define</b> f(x) <samp>'a'</samp> + <samp>'\\''</samp> <i>/* \"</i>",
                    "<i>int */</i> <b>static</b> inlined, int_t;",
                    "<b>return</b> <samp>\"/* \\\" \"</samp> <i>// \\</i>", "<i>goes on</i>",
                    "x = 1'000; <b>if</b> (a&lt;b && !c)",
                ])
        // What ends nowhere ends with its line, if it is no comment.
        #expect(
            try highlighted("don't \"", "int /*", "", "*/int", in: "/x/a.h")
                == ["don't <samp>\"</samp>", "<b>int</b> <i>/*</i>", "", "<i>*/</i><b>int</b>"])
    }

    @Test func rawStrings() throws {
        #expect(
            try highlighted("auto s = R\"x(\")\"", "int )x\" int", in: "/usr/include/c++/12/vector")
                == ["<b>auto</b> s = <samp>R\"x(\")\"</samp>", "<samp>int )x\"</samp> <b>int</b>"])
        #expect(
            try highlighted(
                "let s = r#\"\"\\", "\"# fn", "&'a str, 'b', '\\'', b\"x", "y\" mut", in: "a.rs")
                == [
                    "<b>let</b> s = <samp>r#\"\"\\</samp>", "<samp>\"#</samp> <b>fn</b>",
                    "&'a str, <samp>'b'</samp>, <samp>'\\''</samp>, b<samp>\"x</samp>",
                    "<samp>y\"</samp> <b>mut</b>",
                ])
        #expect(
            try highlighted("func f() { `a\\", "b` + \"c\\\"\" }", in: "a.go")
                == [
                    "<b>func</b> f() { <samp>`a\\</samp>",
                    "<samp>b`</samp> + <samp>\"c\\\"\"</samp> }",
                ])
        #expect(
            try highlighted(
                "let a = \"\"\"", "let \"b\" \"\"\" + #\"\\\"# /* /* */ */ let", in: "a.swift")
                == [
                    "<b>let</b> a = <samp>\"\"\"</samp>",
                    "<samp>let \"b\" \"\"\"</samp> + <samp>#\"\\\"#</samp> <i>/* /* */ */</i> <b>let</b>",
                ])
    }

    @Test func assembler() throws {
        #expect(
            try highlighted(
                "# all", ".globl main // x", ".L1: mov r0, #1 @ y", "  .string \"#\" # z", in: "a.S"
            )
                == [
                    "<i># all</i>", "<b>.globl</b> main <i>// x</i>", ".L1: mov r0, #1 <i>@ y</i>",
                    "  <b>.string</b> <samp>\"#\"</samp> <i># z</i>",
                ])
    }

    @Test(
        arguments: [
            ([0x41, 0x3C, 0x26, 0x09, 0x3E], "A&lt;&\t>"),
            // Where a reference could begin.
            (Array("&lt; &#9 && &x".utf8), "&amp;lt; &amp;#9 && &amp;x"),
            ([0x00, 0x1B, 0x7F], "<kbd>00</kbd><kbd>1B</kbd><kbd>7F</kbd>"),
            ([0xC2, 0x85], "<kbd>85</kbd>"), ([0xE2, 0x80, 0xAE], "<kbd>202E</kbd>"),
            ([0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80], "é😀"),
            // Cut short, too long, half of a pair, beyond Unicode.
            ([0xC3], "\u{FFFD}"), ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"),
            ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
            ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        ] as [([UInt8], String)])
    func text(_ bytes: [UInt8], _ expected: String) {
        var page = PageBuffer()
        SourceText.write(bytes.span, 0..<bytes.count, to: &page)
        #expect(String(decoding: page.bytes, as: UTF8.self) == expected)
    }

    private func file(_ path: String) -> SourceCoverage.File {
        SourceCoverage.File(path: path, lines: [.init(line: 1, hits: 1)], functions: [])
    }

    /// Folders that hold nothing but one folder are none of their own.
    @Test func tree() {
        let tree = FolderTree(
            ["/a/b/c/d.c", "/a/b/c/e.c", "/a/b/f/g/h.c", "/a/b/i.c", "/a/bc/x/y.c"].map(file))
        #expect(tree.folders.map(\.path) == ["/a/", "/a/b/", "/a/b/c/", "/a/b/f/g/", "/a/bc/x/"])
        #expect(tree.folders.map(\.parent) == [nil, 0, 1, 1, 0])
        #expect(tree.folders.map(\.totals.lines.found) == [5, 4, 2, 1, 1])
        #expect(tree.folderOfFile == [2, 2, 3, 1, 4])
        #expect(tree.name(of: "/a/b/f/g/", in: 1) == "f/g/")
        let mixed = FolderTree(["/a/b.c", "c.c", "d/e.c"].map(file))
        #expect(mixed.folders.map(\.path) == ["", "/a/", "d/"])
        #expect(FolderTree([]).folders.map(\.path) == [""])
    }

    /// A path as long as a file can hold takes neither its length squared nor as many folders as it has parts.
    @Test func deepTree() {
        let deep = "/" + String(repeating: "a/", count: 200_000)
        let tree = FolderTree([file(deep + "b.c"), file(deep + "c/d.c"), file("/e.c")])
        #expect(tree.folders.count == 3)
    }

    @Test func names() {
        var names = PageNames()
        let given = [
            "/a/x.c", "/b/x.c", "/a/X.c", "/a/aux.c", "/a/.c", "/a/-", "/", "", "/a/é b.c",
        ]
        .map { names.name(for: $0) }
        #expect(Set(given.map { $0.lowercased() }).count == given.count)
        #expect(given.allSatisfy { HTMLPages.beginning(ofPage: $0 + ".html") != nil })
        let readable = given.map { String($0.dropLast(13)) }
        #expect(readable == ["x.c", "x.c", "X.c", "_aux.c", "_.c", "_-", "_", "_", "___b.c"])
        // The same, whatever came before; another one for what was there.
        var others = PageNames()
        #expect(others.name(for: "/b/x.c") == given[1])
        #expect(others.name(for: "/b/x.c") == given[1] + "-2")
        for name in ["index.html", "a.c.html", "search-x.js", "x-0123456789ab.txt", ".html", "x"] {
            #expect(HTMLPages.beginning(ofPage: name) == nil)
        }
    }
}
