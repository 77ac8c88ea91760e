import Coverage
import Testing

@Suite struct DifferentialTests {
    private func file(
        _ path: String, _ lines: [Int: Int], _ functions: [SourceCoverage.Function] = []
    ) -> SourceCoverage.File {
        SourceCoverage.File(
            path: path,
            lines: lines.sorted { $0.key < $1.key }.map { .init(line: $0.key, hits: $0.value) },
            functions: functions)
    }

    private func function(_ name: String, _ line: Int, _ hits: Int, end: Int = 0)
        -> SourceCoverage.Function
    {
        .init(name: name, linkageName: name, line: line, hits: hits, endLine: end)
    }

    private func difference(
        _ old: [SourceCoverage.File], _ new: [SourceCoverage.File], _ diff: String
    ) throws -> DifferentialCoverage {
        DifferentialCoverage(
            current: new, baseline: old, try UnifiedDiff(Array(diff.utf8)),
            roots: DiffRoots(["/r"]),
            folder: "/r")
    }

    private func text(_ lines: [DifferentialCoverage.Line]) -> [String] {
        lines.map { line in
            [line.line, line.oldLine, line.hits, line.oldHits].reduce(
                line.category.abbreviation.description
            ) {
                $0 + " " + ($1.map { "\($0)" } ?? "-")
            }
        }
    }

    private let diff = """
        --- a/x.c
        +++ b/x.c
        @@ -10,2 +10,3 @@
        -ten
        -eleven
        +Ten
        +Eleven
        +more

        """

    @Test func categories() throws {
        let old = [1: 0, 2: 0, 3: 5, 4: 6, 5: 0, 6: 7, 10: 0, 11: 8, 12: 9]
        let new = [1: 0, 2: 1, 3: 0, 4: 2, 7: 0, 8: 3, 10: 0, 12: 4, 13: 5]
        let found = try difference([file("/r/x.c", old)], [file("/r/x.c", new)], diff)
        let expected = [
            "UBC 1 1 0 0", "GBC 2 2 1 0", "LBC 3 3 0 5", "CBC 4 4 2 6", "EUB 5 5 - 0",
            "ECB 6 6 - 7", "UIC 7 7 0 -", "GIC 8 8 3 -", "DUB - 10 - 0", "DCB - 11 - 8",
            "UNC 10 - 0 -", "GNC 12 - 4 -", "CBC 13 12 5 9",
        ]
        #expect(found.files.map { text($0.lines) } == [expected])
        for category in DifferenceCategory.allCases {
            let count = expected.count { $0.hasPrefix(category.abbreviation.description) }
            #expect(found.lineCounts[category] == count)
        }
    }

    @Test func functions() throws {
        let old = file(
            "/r/x.c", [5: 1, 10: 1, 20: 0, 30: 2, 40: 1, 41: 1, 50: 1],
            [
                function("kept", 5, 1, end: 5), function("gone", 10, 3), function("missed", 20, 0),
                function("lost", 30, 2), function("body", 40, 1, end: 42), function("named", 50, 1),
            ])
        let new = file(
            "/r/x.c", [5: 1, 10: 1, 21: 0, 31: 0, 41: 1, 43: 1, 51: 1],
            [
                function("kept", 5, 1, end: 5), function("added", 11, 0), function("missed", 21, 0),
                function("lost", 31, 0), function("body", 41, 1, end: 43),
                function("renamed", 51, 1),
                function("included", 61, 4),
            ])
        let found = try difference([old], [new], diff)
        let functions = try #require(found.files.first).functions
        #expect(
            functions.map { "\($0.category.abbreviation) \($0.name)" } == [
                "CBC kept", "UNC added", "UBC missed", "LBC lost", "GNC body", "CBC renamed",
                "GIC included", "DCB gone",
            ])
    }

    /// Code that was removed from a function makes it another one, also if the baseline does not say where it ended.
    @Test func removedCode() throws {
        let old = file(
            "/r/x.c", [1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1],
            [function("before", 1, 1), function("cut", 2, 1), function("behind", 6, 1)])
        let new = file(
            "/r/x.c", [1: 1, 2: 1, 3: 1, 4: 1],
            [
                function("before", 1, 1, end: 1), function("cut", 2, 1, end: 3),
                function("behind", 4, 1, end: 4),
            ])
        let cut = "--- a/x.c\n+++ b/x.c\n@@ -3,2 +2,0 @@\n-a\n-b\n"
        let found = try difference([old], [new], cut)
        #expect(
            found.files.first?.functions.map { "\($0.category.abbreviation) \($0.name)" } == [
                "CBC before", "GNC cut", "CBC behind",
            ])
    }

    /// A relative path is that of a file of the other version, if one is there from one of the folders.
    @Test func relativePaths() {
        func names(_ old: [String], _ new: [String]) -> [String] {
            old.map { file($0, [1: 1]) }
                .named(as: new.map { file($0, [1: 1]) }, in: "/p/build", roots: ["/p"])
                .map(\.path)
        }
        #expect(
            names(
                ["src/a.c", "b.c", "../c.c", "d.c"],
                ["/p/src/a.c", "/p/build/b.c", "/p/b.c", "/p/c.c"])
                == ["/p/src/a.c", "/p/build/b.c", "/p/c.c", "d.c"])
        #expect(names(["/p/src/a.c", "/p/b.c"], ["src/a.c", "b.c"]) == ["src/a.c", "b.c"])
        // It is one file, in the working folder before others.
        for old in [["/p/a.c", "/p/build/a.c"], ["/p/build/a.c", "/p/a.c"]] {
            let expected = old.map { $0 == "/p/build/a.c" ? "a.c" : $0 }
            #expect(names(old, ["a.c"]) == expected)
        }
    }

    @Test func files() throws {
        let moved = """
            diff --git a/one.c b/two.c
            similarity index 80%
            rename from one.c
            rename to two.c
            --- a/one.c
            +++ b/two.c
            @@ -1 +0,0 @@
            -a
            diff --git a/gone.c b/gone.c
            --- a/gone.c
            +++ /dev/null
            @@ -1,2 +0,0 @@
            -a
            -b
            diff --git a/new.c b/new.c
            --- /dev/null
            +++ b/new.c
            @@ -0,0 +1 @@
            +a
            diff --git a/source.c b/copy.c
            similarity index 90%
            copy from source.c
            copy to copy.c
            --- a/source.c
            +++ b/copy.c
            @@ -1 +1 @@
            -a
            +b

            """
        let found = try difference(
            [
                file("/r/one.c", [1: 1, 2: 1]), file("/r/gone.c", [1: 0, 2: 1]),
                file("/r/source.c", [1: 1, 2: 1]), file("/r/unbuilt.c", [1: 0, 2: 1]),
            ],
            [
                file("/r/two.c", [1: 0]), file("/r/new.c", [1: 1]),
                file("/r/source.c", [1: 1, 2: 0]),
                file("/r/copy.c", [1: 0, 2: 1]), file("/r/included.c", [1: 0, 2: 1]),
            ], moved)
        let lines = Dictionary(uniqueKeysWithValues: found.files.map { ($0.name, text($0.lines)) })
        #expect(
            lines == [
                "/r/two.c": ["DCB - 1 - 1", "LBC 1 2 0 1"],
                "/r/gone.c": ["DUB - 1 - 0", "DCB - 2 - 1"], "/r/new.c": ["GNC 1 - 1 -"],
                "/r/source.c": ["CBC 1 1 1 1", "LBC 2 2 0 1"],
                "/r/copy.c": ["UNC 1 - 0 -", "CBC 2 2 1 1"],
                "/r/unbuilt.c": ["EUB 1 1 - 0", "ECB 2 2 - 1"],
                "/r/included.c": ["UIC 1 1 0 -", "GIC 2 2 1 -"],
            ])
        #expect(found.files.first { $0.name == "/r/two.c" }?.oldPath == "/r/one.c")
        #expect(found.strangers.isEmpty)
    }

    /// Conditions with as many ways are the same in their order; what is not known in one version has no category.
    @Test func branches() throws {
        func condition(_ line: Int, _ hits: [Int?]) -> SourceCoverage.Branch {
            .init(line: line, isReached: true, ways: hits.map { .init(hits: $0) })
        }
        var old = file("/r/x.c", [1: 1, 10: 1, 12: 1])
        var new = file("/r/x.c", [1: 1, 11: 1, 13: 1])
        old.branches = [
            condition(1, [1, 0]), condition(1, [0, 0, 5]), condition(1, [2, 2]),
            condition(10, [1, 0]), condition(12, [3, nil]),
        ]
        new.branches = [
            condition(1, [1, 1, 0]), condition(1, [0, nil]), condition(11, [4, 0]),
            condition(13, [0, 6]),
        ]
        let found = DifferentialCoverage(
            current: [new], baseline: [old], try UnifiedDiff(Array(diff.utf8)),
            roots: DiffRoots(["/r"]), folder: "/r", hasBranches: true)
        let texts = found.files[0].branches.map { branch in
            branch.ways.map { $0.category?.abbreviation.description ?? "-" }
        }
        #expect(
            texts == [
                ["GBC", "GBC", "LBC"], ["LBC", "-"], ["DCB", "DCB"], ["DCB", "DUB"],
                ["GNC", "UNC"], ["LBC", "-"],
            ])
        #expect(found.files[0].branches.map(\.line) == [1, 1, 1, nil, 11, 13])
        #expect(found.unknownBranches == 2)
        #expect(found.branchCounts?[.lostBaseline] == 3)
    }
}
