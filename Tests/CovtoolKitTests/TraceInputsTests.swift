import Testing

@testable import CovtoolKit

#if canImport(Glibc)
    import Glibc
#endif

/// Which files the names on a command line stand for.
@Suite struct TraceInputsTests {
    private let folder = TemporaryFolder()
    private let trace = Traces.bytes([0])

    private func paths(_ names: [String]) throws -> [String] {
        try TraceInputs(names).paths.map { path in
            path.hasPrefix(folder.path) ? String(path.dropFirst(folder.path.count + 1)) : path
        }
    }

    @Test func namedFilesStayAsTheyAre() throws {
        folder.write(trace, to: "b")
        folder.write("text", to: "a")
        // What is no trace, or is not there, is for its reader to say; one named twice counts twice.
        let names = [folder["b"], folder["a"], folder["b"], folder["missing"], "-"]
        #expect(try paths(names) == ["b", "a", "b", "missing", "-"])
    }

    @Test func foldersGiveTheirTracesByName() throws {
        for name in ["c.drcov", "a/2", "a/1", "b", ".hidden", ".git/x"] {
            folder.write(trace, to: name)
        }
        folder.write("no trace", to: "notes.txt")
        folder.write("", to: "empty")
        let messages = Messages()
        let inputs = try TraceInputs([folder.path])
        #expect(
            inputs.found(messages.warnings()) == ["a/1", "a/2", "b", "c.drcov"].map { folder[$0] })
        #expect(messages.all == [.note("2 files in folders are not traces: left out")])
        #expect(try paths([folder["a/"]]) == ["a/1", "a/2"])
    }

    @Test func linksToFoldersAreNotFollowed() throws {
        folder.write(trace, to: "inner/1")
        folder.link("inner/loop", to: "..")
        folder.link("inner/same", to: "1")
        #expect(try paths([folder.path]) == ["inner/1", "inner/same"])
        // The one that is named is.
        folder.link("named", to: "inner")
        #expect(try paths([folder["named"]]) == ["named/1", "named/same"])
    }

    @Test func pipesInFoldersAreNotWaitedFor() throws {
        folder.write(trace, to: "1")
        #expect(unsafe mkfifo(folder["pipe"], 0o600) == 0)
        #expect(try paths([folder.path]) == ["1"])
    }

    @Test func compressedTracesAreKnown() throws {
        folder.write(Gzip.member(trace), to: "1.gz")
        folder.write(Gzip.member(Array("text".utf8)), to: "2.gz")
        #expect(try paths([folder.path]) == ["1.gz"])
    }

    @Test(arguments: [
        ("\n", "\n"), ("\r\n", "\r\n"), ("\n\n", ""), ("\u{0}", "\u{0}"), ("\u{0}", ""),
    ])
    func listsHaveANameALine(_ between: String, _ end: String) throws {
        let list = folder.write(folder["one"] + between + folder["two"] + end, to: "list")
        #expect(try paths(["@" + list]) == ["one", "two"])
    }

    @Test func listsEndedByZerosKeepLineBreaks() throws {
        let list = folder.write("a\nb\r\u{0}@c\u{0}", to: "list")
        // In a list, @ is a letter.
        #expect(try paths(["@" + list]) == ["a\nb\r", "@c"])
    }

    @Test func listsCanNameFolders() throws {
        folder.write(trace, to: "runs/2")
        folder.write(trace, to: "runs/1")
        let list = folder.write("\(folder["runs"])\nlast\n", to: "list")
        #expect(try paths(["first", "@" + list]) == ["first", "runs/1", "runs/2", "last"])
    }

    @Test func whatHasNothingIsMissing() {
        folder.makeFolder("empty")
        folder.write("text", to: "texts/notes")
        let list = folder.write("\n\r\n", to: "list")
        for (name, text) in [
            (folder["empty"], "no trace is in this folder"),
            (folder["texts"], "no trace is in this folder"),
            ("@" + list, "no name is in this list"), ("@" + folder["none"], "cannot be read"),
        ] {
            let failure = failure { () throws(Failure) in _ = try TraceInputs([name]) }
            #expect(failure?.status == .missingInput)
            let path = name.hasPrefix("@") ? name.dropFirst() : name[...]
            #expect(failure?.message.hasPrefix("\(path): \(text)") == true)
        }
    }

    @Test func theOutputIsNotItsOwnInput() throws {
        folder.write(trace, to: "1")
        let output = folder.write(trace, to: "merged")
        folder.link("2", to: "merged")
        let inputs = try TraceInputs([folder.path], output: output)
        #expect(inputs.paths == [folder["1"]])
        #expect(inputs.hadOutput)
        // If it is named, that is meant, unless the output's name is nobody's choice.
        #expect(try TraceInputs([output], output: output).paths == [output])
        let left = try TraceInputs([output], output: output, leavesNamedOutput: true)
        #expect(left.paths.isEmpty && left.hadOutput)
    }
}
