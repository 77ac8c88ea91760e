import Coverage
import DRCov
import Testing

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
            Dump(version: .two, flavor: [], tableVersion: 2, modules: rows, blocks: []))
        let profile = try collector.profile()
        func found(_ path: String) -> [String] {
            ModuleMatch.modules(for: path, in: profile.modules).map(\.path)
        }
        #expect(found("/two/a.out") == ["/two/a.out"])
        #expect(found("/elsewhere/a.out") == ["/one/a.out", "/two/a.out"])
        #expect(found("/elsewhere/libc.so") == [])
    }
}
