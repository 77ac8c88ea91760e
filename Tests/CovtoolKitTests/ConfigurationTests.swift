import Testing

@testable import CovtoolKit

/// Two commands that are nobody's.
private struct Command: ConfigurableCommand {
    static let commandNames = ["lcov", "report", "summary"]

    let name: String

    static func named(_ name: String) -> Command? {
        switch name {
        case "lcov": Command(name: "lcov")
        case "report", "summary": Command(name: "report")
        default: nil
        }
    }

    func spellings(of option: String) -> [String] {
        switch (name, option) {
        case (_, "elf"): ["--elf", "-e"]
        case (_, "include"), (_, "strict"), (_, "source-root"), (_, "mixed"), (_, "sysroot"):
            ["--" + option]
        case ("report", "colour"): ["--colour", "--color"]
        default: []
        }
    }
}

/// The project's `.covtool` file.
@Suite struct ConfigurationTests {
    private let folder = TemporaryFolder()

    private func found(from name: String = "", named: String? = nil) throws(Failure)
        -> ConfigurationFile?
    {
        try ConfigurationFile.found(
            for: Command.self, from: name.isEmpty ? folder.path : folder[name], named: named)
    }

    private func file(_ text: String) throws -> ConfigurationFile {
        folder.write(text, to: ".covtool")
        return try #require(try found())
    }

    /// The arguments that a text adds to a command line.
    private func arguments(_ text: String, _ own: [String]) throws -> [String] {
        let command = try #require(Command.named(own[0]))
        return try file(text).settings(for: command, besides: own).compactMap(\.argument)
    }

    @Test func theNearestFolderAboveHasIt() throws {
        folder.write("strict = true", to: ".covtool")
        folder.write("", to: "a/b/c/source.c")
        #expect(try found(from: "a/b/c")?.path == folder[".covtool"])
        folder.write("strict = false", to: "a/.covtool")
        #expect(try found(from: "a/b/c")?.path == folder["a/.covtool"])
        // A folder of that name is none.
        folder.write("", to: "a/b/.covtool/file")
        #expect(try found(from: "a/b")?.path == folder["a/.covtool"])
    }

    @Test func theVariableNamesAnother() throws {
        folder.write("strict = true", to: ".covtool")
        folder.write("strict = false", to: "other/file")
        #expect(try found(named: "other/file")?.path == folder["other/file"])
        #expect(try found(named: folder["other/file"])?.settings.count == 1)
        #expect(try found(named: "") == nil)
        let failure = failure { () throws(Failure) in _ = try found(named: "none") }
        #expect(failure?.status == .missingInput)
        #expect(failure?.message.hasPrefix("\(folder["none"]): ") == true)
    }

    @Test func linesAreOptionsOfAllCommandsThenOfOne() throws {
        let text = """
            # A comment
            \t include = src/*.c \r
            strict=true

            [report]
            colour = never
            mixed = by-name
            [lcov]
            strict = false
            """
        #expect(
            try arguments(text, ["report"]) == [
                "--include=\(folder.path)/src/*.c", "--strict", "--colour=never", "--mixed=by-name",
            ])
        // The command's own wins, here over a flag.
        #expect(try arguments(text, ["lcov"]) == ["--include=\(folder.path)/src/*.c"])
        #expect(try arguments(text, ["summary"]).contains("--colour=never"))
        #expect(try file(text).settings.map(\.line) == [2, 3, 6, 7, 9])
    }

    @Test func theCommandLineWins() throws {
        let text = "elf = a\nelf = b\nmixed = refuse\n[report]\ncolour = always\n"
        let elf = ["--elf=\(folder["a"])", "--elf=\(folder["b"])"]
        #expect(try arguments(text, ["lcov", "x.drcov"]) == elf + ["--mixed=refuse"])
        // However an option is spelt, and repeatable or not, the file adds nothing to it.
        #expect(try arguments(text, ["lcov", "-e", "c"]) == ["--mixed=refuse"])
        #expect(try arguments(text, ["lcov", "--elf=c", "--mixed=by-name"]).isEmpty)
        #expect(try arguments(text, ["report", "--color", "auto"]) == elf + ["--mixed=refuse"])
        // Behind -- are names.
        #expect(try arguments(text, ["lcov", "--", "--mixed"]) == elf + ["--mixed=refuse"])
    }

    @Test func pathsStartAtTheFilesFolder() throws {
        let text = "elf = build/../a.out\nsysroot = /\ninclude = *.h\ninclude = /x/*\n"
        #expect(
            try arguments(text, ["lcov"]) == [
                "--elf=\(folder["a.out"])", "--sysroot=/", "--include=*.h", "--include=/x/*",
            ])
    }

    /// A file that comes with a project must not make other files readable.
    @Test func sourcesAreBelowTheFile() throws {
        folder.makeFolder("src")
        #expect(try arguments("source-root = src", ["lcov"]) == ["--source-root=\(folder["src"])"])
        #expect(try arguments("source-root = .", ["lcov"]) == ["--source-root=\(folder.path)"])
        folder.link("out", to: "/etc")
        for value in ["/etc", "..", "out", "src/../..", folder.path + "-other"] {
            let failure = failure { () throws(Failure) in
                folder.write("source-root = \(value)", to: ".covtool")
                _ = try found()
            }
            #expect(failure?.status == .usage, "\(value)")
        }
    }

    @Test(arguments: [
        ("strict = true\nnonsense", 2, "neither 'option = value' nor '[command]'"),
        ("\n\nstrickt = true", 3, "did you mean 'strict'?"),
        ("output = x", 1, "'output' is not an option that can be set here"),
        ("[reprot]", 1, "no such command: did you mean 'report'?"),
        ("[lcov]\ncolour = never", 2, "'covtool lcov' has no option 'colour'"),
        ("strict = yes", 1, "'strict' is neither 'true' nor 'false'"),
        ("include =", 1, "'include' has no value"),
        ("elf = a\u{0}b", 1, "'elf' has no value"),
        ("mixed = refuse\n#\nmixed = by-name", 3, "'mixed' is already set on line 1"),
    ])
    func errorsNameTheLine(_ text: String, _ line: Int, _ words: String) {
        folder.write(text, to: ".covtool")
        let failure = failure { () throws(Failure) in _ = try found() }
        #expect(failure?.status == .usage)
        let message = failure?.message ?? ""
        #expect(message.hasPrefix("\(folder[".covtool"]):\(line): "), "\(message)")
        #expect(message.hasSuffix(words), "\(message)")
    }

    @Test func whatIsNoTextIsNotRead() {
        let large = [UInt8](repeating: UInt8(ascii: "#"), count: 1 << 20 + 1)
        for bytes in [[0xFF, 0xFE, 0x0A], large] {
            folder.write(bytes, to: ".covtool")
            let failure = failure { () throws(Failure) in _ = try found() }
            #expect(failure?.message == "\(folder[".covtool"]): not UTF-8 text of at most 1 MiB")
        }
    }
}
