import Coverage
import Testing
import Trace

@Suite struct UnifiedDiffTests {
    private func files(_ text: String) throws -> [UnifiedDiff.File] {
        try UnifiedDiff(Array(text.utf8)).files
    }

    private func paths(_ text: String) throws -> [String] {
        try files(text).map { "\($0.oldPath ?? "-") \($0.newPath ?? "-")" }
    }

    private func damage(_ text: String) -> UnifiedDiff.Damage? {
        do throws(UnifiedDiff.Damage) {
            _ = try UnifiedDiff(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func lines() throws {
        let file = try #require(
            try files(
                """
                --- a/x.c
                +++ b/x.c
                @@ -2,3 +2,4 @@ int f()
                 two
                -three
                +Three
                +three and a half
                 four
                @@ -9 +9,0 @@
                -nine
                @@ -20,0 +21 @@
                +twenty and a half

                """
            ).first)
        #expect(file.lines.addedLines == [3, 4, 21])
        let old = (1...22).map { file.lines.newLine(of: $0) }
        #expect(
            old == [
                1, 2, nil, 5, 6, 7, 8, 9, nil, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22,
                23,
            ])
        for line in 1...30 where !file.lines.addedLines.contains(line) {
            let before = try #require(file.lines.oldLine(of: line))
            #expect(file.lines.newLine(of: before) == line)
        }
        #expect(file.lines.addedLines.allSatisfy { file.lines.oldLine(of: $0) == nil })
    }

    @Test func names() throws {
        let hunk = "@@ -1 +1 @@\n-a\n+b\n"
        func head(_ old: String, _ new: String) -> String { "--- \(old)\n+++ \(new)\n\(hunk)" }
        // Git's, with and without its letters, and with others.
        #expect(try paths(head("a/src/x.c", "b/src/x.c")) == ["src/x.c src/x.c"])
        #expect(try paths(head("src/x.c", "src/x.c")) == ["src/x.c src/x.c"])
        #expect(try paths(head("i/src/x.c", "w/src/x.c")) == ["src/x.c src/x.c"])
        #expect(try paths(head("a/x.c", "a/x.c")) == ["a/x.c a/x.c"])
        #expect(try paths(head("one/two/x.c", "three/x.c")) == ["x.c x.c"])
        // diff's, with times.
        let time = "2026-11-28 01:02:03.456 +0100"
        #expect(
            try paths(head("p-1/s/x y.c\t\(time)", "p-2/s/x y.c\t\(time)")) == ["s/x y.c s/x y.c"])
        #expect(try paths(head("p-1/x.c   \(time)", "p-2/x.c \(time)")) == ["x.c x.c"])
        #expect(try paths(head("x.c.orig", "x.c")) == ["x.c.orig x.c"])
        #expect(try paths(head("a/x.c\r", "b/x.c\r")) == ["x.c x.c"])
        // In C's quotation marks.
        #expect(
            try paths(head(#""a/\303\244\t\"\\.c""#, #""b/\303\244\t\"\\.c""#))
                == ["\u{e4}\t\"\\.c \u{e4}\t\"\\.c"])
        // What is not UTF-8 comes out as it was.
        let odd = try files(head(#""a/\377.c""#, #""b/\377.c""#))
        #expect(odd.first?.newPath.map(PathText.bytes) == [0xFF] + Array(".c".utf8))
        // New and deleted files have one name, and the head of both.
        for (old, new) in [("a/", "b/"), ("", ""), ("c/d/", "e/"), ("w/", "i/")] {
            let text = """
                diff --git \(old)s/x y.c \(new)s/x y.c
                new file mode 100644
                --- /dev/null
                +++ \(new)s/x y.c\t
                @@ -0,0 +1 @@
                +a
                diff --git \(old)s/b.c \(new)s/b.c
                deleted file mode 100644
                --- \(old)s/b.c
                +++ /dev/null
                @@ -1 +0,0 @@
                -a

                """
            #expect(try paths(text) == ["- s/x y.c", "s/b.c -"])
        }
        #expect(
            try paths(
                #"""
                diff --git "a/\303\244 b.c" "b/\303\244 b.c"
                --- /dev/null
                +++ "b/\303\244 b.c"
                @@ -0,0 +1 @@
                +a

                """#) == ["- \u{e4} b.c"])
        // Without a head, other files say what stands before a path.
        let added = "--- /dev/null\n+++ new/s/y.c\n@@ -0,0 +1 @@\n+a\n"
        #expect(try paths(head("old/x.c", "new/x.c") + added) == ["x.c x.c", "- s/y.c"])
        #expect(try paths(added) == ["- new/s/y.c"])
        // The first of them that fits.
        let other = "--- /dev/null\n+++ new/er/z.c\n@@ -0,0 +1 @@\n+a\n"
        #expect(
            try paths(head("old/x.c", "new/x.c") + head("old/w.c", "new/er/w.c") + other).last
                == "- er/z.c")
        #expect(
            try paths(head("old/w.c", "new/er/w.c") + head("old/x.c", "new/x.c") + other).last
                == "- z.c")
        #expect(
            try paths(head("a/x.c", "a/x.c") + "--- /dev/null\n+++ b/y.c\n@@ -0,0 +1 @@\n+a\n").last
                == "- b/y.c")
        #expect(try paths("\u{feff}" + head("a/x.c", "b/x.c")) == ["x.c x.c"])
    }

    @Test func moves() throws {
        let found = try files(
            """
            From 1234 Mon Sep 17 00:00:00 2001
            Subject: [PATCH] moves
            ---
             a | 2 +-

            diff --git a/one.c b/b/one.c
            similarity index 100%
            rename from one.c
            rename to b/one.c
            diff --git a/two.c b/three.c
            similarity index 90%
            copy from two.c
            copy to three.c
            index 123..456 100644
            --- a/two.c
            +++ b/three.c
            @@ -1,2 +1,2 @@
            -a
            +b
             c
            diff --git a/rights b/rights
            old mode 100644
            new mode 100755
            diff --git a/picture b/picture
            index 123..456 100644
            GIT binary patch
            literal 3
            Kcmd;LV`N|e0000W

            literal 3
            Kcmd;LV`N|e0000W

            diff --git a/other b/other
            Binary files a/other and b/other differ
            --\u{20}
            2.39.5

            """)
        #expect(found.map(\.oldPath) == ["one.c", "two.c"])
        #expect(found.map(\.newPath) == ["b/one.c", "three.c"])
        #expect(found.map(\.isCopy) == [false, true])
        #expect(found.map(\.isMoved) == [true, true])
        #expect(found.map { $0.lines.addedLines } == [[], [1]])
    }

    @Test func text() throws {
        // Lines that look like heads, lines that lost their blank, an end that is none, any bytes.
        let text = """
            --- a/x
            +++ b/x
            @@ -1,4 +1,4 @@
            --- a/y
            +++ b/y

            \t
            -z
            \\ No newline at end of file
            +\u{0}\u{ff}
            \\ No newline at end of file

            """
        // The tab begins no line of a hunk.
        #expect(damage(text)?.line == 7)
        let found = try files(text.replacing("\n\t\n", with: "\n\r\n"))
        #expect(found.count == 1)
        #expect(found.first?.lines.addedLines == [1, 4])
        #expect(try files("").isEmpty)
        #expect(try files("\n\r\n").isEmpty)
        #expect(try files("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n").isEmpty)
    }

    @Test func damaged() {
        let head = "--- a/x\n+++ b/x\n"
        let cases: [(String, Int, UnifiedDiff.Damage.Reason)] = [
            ("hello\n", 1, .noDiff), ("\u{1b}[1mdiff --git a/x b/x\u{1b}[m\n", 1, .coloured),
            ("*** x\n--- y\n", 1, .noDiff), ("\u{0}", 1, .noDiff),
            ("diff --cc x.c\n", 1, .combined), ("\ndiff --combined x.c\n", 2, .combined),
            (head + "@@@ -1 -1 +1 @@@\n", 3, .combined), ("@@ -1 +1 @@\n", 1, .hunkWithoutFile),
            ("diff --git a/x b/x\n@@ -1 +1 @@\n", 2, .hunkWithoutFile),
            (head + "@@ -1 + @@\n", 3, .hunkHead), (head + "@@ -a +1 @@\n", 3, .hunkHead),
            (head + "@@ -0 +1 @@\n", 3, .hunkHead),
            (head + "@@ -1 +99999999999999999999 @@\n", 3, .hunkHead),
            (head + "@@ -1,2 +1,2 @@\n a\n", 4, .hunkCut), (head + "@@ -1 +1 @@", 3, .hunkCut),
            (head + "@@ -1 +1 @@\n-a\n-a\n+b\n", 5, .hunkLine),
            (head + "@@ -1 +1 @@\n*a\n", 4, .hunkLine),
            (head + "@@ -1 +1 @@\n-a\n+a\n+b\n", 6, .hunkTooLong),
            (head + "@@ -1 +1 @@\n-a\n+a\n b\n", 6, .hunkTooLong),
            (head + "@@ -1 +2 @@\n-a\n+a\n", 3, .hunkPlace),
            (head + "@@ -9 +9 @@\n-a\n+a\n@@ -9 +10 @@\n-a\n+a\n", 6, .hunkPlace),
            (head + "@@ -9 +9 @@\n-a\n+a\n@@ -2 +2 @@\n-a\n+a\n", 6, .hunkPlace),
            ("--- \"a/x\n+++ b/x\n", 1, .name), ("--- a/x\n+++ \"b/x\\\"\n", 2, .name),
            (
                head + "@@ -1 +1 @@\n-a\n+b\n" + head + "@@ -1 +1 @@\n-b\n+c\n", 6,
                .fileAgain(line: 1)
            ),
            (
                head + "@@ -1 +1 @@\n-a\n+b\ndiff --git a/x b/y\nrename from x\nrename to y\n", 6,
                .fileAgain(line: 1)
            ),
            (
                head + "@@ -1 +1 @@\n-a\n+b\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n", 6,
                .fileAgain(line: 1)
            ),
        ]
        for (text, line, reason) in cases {
            #expect(damage(text) == UnifiedDiff.Damage(line: line, reason: reason), "\(text)")
        }
    }

    @Test func places() {
        let index = SourcePathIndex(
            ["/app/src/main.c", "/app/test/main.c", "/build/lib/x.c", "lib/y.c", "z.c"], in: "/work"
        )
        func match(_ path: String, _ roots: String...) -> SourcePathIndex.Match {
            index.match(path, DiffRoots(roots))
        }
        #expect(match("src/main.c", "/app") == .file(0))
        #expect(match("ain.c") == .none)
        #expect(match("ib/y.c") == .none)
        #expect(match("main.c", "/app") == .several([0, 1]))
        #expect(match("main.c", "/app", "/app/test") == .file(1))
        #expect(match("test/main.c") == .file(1))
        #expect(match("est/main.c") == .none)
        #expect(match("other/main.c") == .none)
        #expect(match("lib/x.c") == .file(2))
        #expect(match("more/lib/x.c") == .none)
        #expect(match("lib/y.c", "/work") == .file(3))
        #expect(match("more/lib/y.c") == .file(3))
        #expect(match("more/z.c") == .file(4))
    }

    @Test func hidden() throws {
        let text = """
            Only in old/s: gone.c
            --- old/s/x.c
            +++ new/s/x.c
            @@ -1 +1 @@
            -a
            +b
            Only in new/s: y.c
            Only in new/: z
            Only in elsewhere: w.c
            --
            2.39
            """
        #expect(try UnifiedDiff(Array(text.utf8)).hiddenPaths == ["s/y.c", "z"])
    }

    /// Where it is known at which root the paths begin, what has another path from there is another file.
    @Test func knownPlaces() {
        let there: Set<String> = ["/app/main.c", "/app/src/main.c", "/app/y.c", "/app/t/y.c"]
        let index = SourcePathIndex(
            ["/app/src/main.c", "/build/src/main.c", "/app/gone/x.c", "y.c"], in: "/app")
        func match(_ path: String, _ roots: [String], sure: [String] = []) -> SourcePathIndex.Match
        {
            index.match(path, DiffRoots(roots, sure: sure, isThere: there.contains))
        }
        #expect(match("main.c", ["/app"]) == .none)
        #expect(match("main.c", ["/app", "/app/src"]) == .none)
        #expect(match("src/main.c", ["/app"]) == .file(0))
        #expect(match("x.c", ["/app"]) == .file(2))
        #expect(match("x.c", ["/app"], sure: ["/app"]) == .none)
        #expect(match("t/y.c", ["/app"]) == .none)
        #expect(match("u/y.c", ["/nowhere"]) == .file(3))
    }

    /// Whatever a damaged diff is taken for, its lines are brought together in both ways alike.
    @Test func noise() {
        var random = SystemRandomNumberGenerator()
        let lines = [
            "--- a/x.c", "+++ b/x.c", "--- /dev/null", "+++ \"b/\\303\\244\"", "@@ -1,3 +1,4 @@",
            "@@ -9 +10,0 @@",
            "@@ -0,0 +1,2 @@", " same", "-old", "+new", "", "\\ No newline at end of file",
            "diff --git a/x b/x",
            "rename from x", "rename to y", "copy from \"x", "text", "@@ -1,3 +1,3 @@ f()",
            "--- b\t2026-01-02",
        ]
        var taken = 0
        for _ in 0..<20_000 {
            var text: [UInt8] = Array(
                "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,3 @@\n same\n-old\n+new\n+more\n".utf8)
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                text += (lines.randomElement(using: &random) ?? "").utf8 + [UInt8(ascii: "\n")]
            }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let place = Int.random(in: text.indices, using: &random)
                text[place] = UInt8.random(in: 0...255, using: &random)
            }
            guard let diff = try? UnifiedDiff(text) else { continue }
            taken += 1
            for file in diff.files {
                #expect(file.oldPath != nil || file.newPath != nil)
                let added = Set(file.lines.addedLines)
                for line in 1...40 {
                    if let old = file.lines.oldLine(of: line) {
                        #expect(file.lines.newLine(of: old) == line && !added.contains(line))
                    } else {
                        #expect(added.contains(line))
                    }
                }
            }
        }
        #expect(taken > 1000)
    }
}
