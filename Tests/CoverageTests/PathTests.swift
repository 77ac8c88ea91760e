import Coverage
import Testing
import Trace

@Suite struct PathTests {
    @Test(arguments: [
        ("/a/./b//c/../d.c", "", "/a/b/d.c"),
        ("../x.c", "/build/sub", "/build/x.c"),
        ("/../x.c", "", "/x.c"),
        ("x.c", "", "x.c"),
        ("../../x.c", "rel", "../x.c"),
        ("/abs.c", "/ignored", "/abs.c"),
    ])
    func normalised(_ path: String, _ folder: String, _ expected: String) {
        #expect(SourcePath.normalised(path, in: folder) == expected)
    }

    @Test(
        arguments: [
            ("/x/a.so (replaced 0aFf)", "/x/a.so", [0x0A, 0xFF]), ("/x (replaced)", "/x", []),
            ("/x (replaced #2)", "/x", []), ("/x (replaced) (replaced 01)", "/x (replaced)", [1]),
        ] as [(String, String, [UInt8])])
    func replaced(_ name: String, _ path: String, _ buildID: [UInt8]) {
        #expect(ReplacedPath(name)?.path == path)
        #expect(ReplacedPath(name)?.buildID == buildID)
    }

    @Test(arguments: [
        "/x/a.so", "/x (replaced 0)", "/x (replaced 0g)", "/x(replaced)", "(replaced)", ")", "",
        "/x (replaced 01 02)", "/x (replaced ) ", "/x (old)",
    ])
    func notReplaced(_ name: String) { #expect(ReplacedPath(name) == nil) }

    @Test func commonFolder() {
        #expect(SourcePath.commonFolder(["/a/b/c.c", "/a/b/d/e.c"]) == "/a/b/")
        #expect(SourcePath.commonFolder(["/a/bc/x.c", "/a/b/x.c"]) == "/a/")
        #expect(SourcePath.commonFolder(["/a/x.c"]) == "/a/")
        #expect(SourcePath.commonFolder(["/a/x.c", "y.c"]) == "")
        #expect(SourcePath.commonFolder([]) == "")
    }

    @Test func modulesAreFoundByPathThenByName() throws {
        var collector = Collector()
        let rows = ["/one/a.out", "/two/a.out", "/lib/libc.so.6"].enumerated().map {
            Module(
                id: $0, start: UInt64($0) << 20, end: UInt64($0) << 20 + 4096,
                path: Array($1.utf8))
        }
        try collector.addList(
            Recording(
                format: TraceFormat("made up"), is32Bit: nil, modules: rows, blocks: .list([])))
        let profile = try collector.profile()
        func found(_ path: String) -> [String] {
            ModuleMatch.modules(for: path, in: profile.modules).map(\.path)
        }
        #expect(found("/two/a.out") == ["/two/a.out"])
        #expect(found("/elsewhere/a.out") == ["/one/a.out", "/two/a.out"])
        #expect(found("/elsewhere/libc.so") == [])
    }
}

@Suite struct PathGlobTests {
    @Test(arguments: [
        ("/a/*", "/a/b/c.c", true), ("/a/*", "/ab", false), ("*", "/", true),
        ("/a/**/c.c", "/a/c.c", true), ("/a/**/c.c", "/a/x/y/c.c", true),
        ("/a/**/c.c", "/a/xc.c", false), ("/a/**", "/a/b/c", true), ("/a**c", "/a/b/c", true),
        ("**/c.c", "/c.c", true), ("*b*/**/d*e", "/abc/d/x/de", true),
        ("/a/?.c", "/a/é.c", true), ("/a/?.c", "/a/.c", false),
        ("/[a-c]", "/b", true), ("/[!a-c]", "/b", false), ("/[]x]", "/]", true),
        ("/[z-a]", "/z", false), ("/[z-a]", "/[z-a]", true), ("/[ab", "/[ab", true),
        (#"/\*"#, "/*", true), (#"/\*"#, "/x", false),
        ("[vdso]", "[vdso]", true), ("*.c", "/x/y.c", true), ("y.c", "/x/y.c", true),
        ("", "/", false), ("f/*.c", "/w*k/f/x.c", true), ("f/*.c", "/work/f/x.c", false),
        ("../f/", "/f/g/h.c", true),
        ("a*a*a*a*a*a*a*a*b", "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
    ])
    func matches(_ pattern: String, _ path: String, _ expected: Bool) {
        #expect(PathGlob(pattern, in: "/w*k").matches(path) == expected)
    }

    @Test func mappings() {
        let mapping = PathMapping(from: "/build/a", to: "/src")
        #expect(mapping.applied(to: "/build/a/main.c") == "/src/main.c")
        #expect(mapping.applied(to: "/build/ab/main.c") == nil)
        #expect(mapping.applied(to: "/build/a") == "/src")
        #expect(PathMapping(from: "/", to: "/x").applied(to: "/main.c") == "/x/main.c")
        #expect(PathMapping(from: "/x", to: "").applied(to: "/x/main.c") == "main.c")
        #expect(PathMapping(from: "", to: "/x").applied(to: "main.c") == "/x/main.c")
        #expect(PathMapping(from: "", to: "/x").applied(to: "/main.c") == nil)
    }

    /// Whatever bytes they are, those of the escapes' own characters among them; what is UTF-8 is text.
    @Test func anyBytesComeBack() {
        var random = RandomRuns(seed: 4)
        let bytes: [UInt8] = [
            0x2F, 0x61, 0x7F, 0x80, 0xBE, 0xBF, 0xC3, 0xE2, 0xED, 0xF0, 0xF4, 0x8F, 0xFF,
        ]
        var texts: [String: [UInt8]] = [:]
        for _ in 0..<20_000 {
            let path = (0..<random.next(8)).map { _ in bytes[random.next(bytes.count)] }
            let text = PathText.text(path)
            #expect(PathText.bytes(of: text) == path)
            #expect(texts.updateValue(path, forKey: text) ?? path == path)
        }
        for text in ["", "/a/\u{E4}\u{20AC}\u{1F600}.c", "\u{10FF7F}"] {
            #expect(PathText.text(Array(text.utf8)) == text)
            #expect(PathText.bytes(of: text) == Array(text.utf8))
        }
    }
}
