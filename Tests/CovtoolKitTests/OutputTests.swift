import Coverage
import DRCov
import Testing
import Trace

@testable import CovtoolKit

#if canImport(Glibc)
    import Glibc
#endif

/// Files that appear whole or not at all. One at a time: the unfinished one is noted for signals' handlers.
@Suite(.serialized) struct OutputTests {
    private let folder = TemporaryFolder()

    @Test func theOldFileStaysUntilTheNewOneIsWhole() throws {
        let path = folder.write("old", to: "out")
        let output = try OutputFile(path)
        output.write("new, ")
        output.flush()
        // What stands on the disk now is what a kill or a power cut would leave.
        #expect(folder.text("out") == "old")
        let unfinished = folder.names.filter { $0 != "out" }
        try #require(unfinished.count == 1 && unfinished[0].hasPrefix("."))
        #expect(folder.text(unfinished[0]) == "new, ")
        output.write(Array("and whole".utf8))
        try output.finish()
        #expect(folder.text("out") == "new, and whole")
        #expect(folder.names == ["out"])
    }

    @Test func whatIsNotFinishedLeavesNothing() throws {
        let path = folder.write("old", to: "out")
        for path in [path, folder["other"]] {
            let output = try OutputFile(path)
            output.write("new")
            output.flush()
        }
        #expect(folder.names == ["out"] && folder.text("out") == "old")
    }

    @Test func signalsTakeTheUnfinishedFileAway() throws {
        let path = folder.write("old", to: "out")
        let output = try OutputFile(path)
        output.write("new")
        output.flush()
        Interruption.removeUnfinished()
        #expect(folder.names == ["out"] && folder.text("out") == "old")
    }

    @Test func aLinkStaysAndItsFileIsReplaced() throws {
        folder.write("old", to: "sub/file")
        folder.link("out", to: "sub/file")
        let output = try OutputFile(folder["out"])
        output.write("new")
        try output.finish()
        #expect(FilePath.target(ofLink: folder["out"]) == "sub/file")
        #expect(folder.text("sub/file") == "new")
    }

    @Test func aNameThatIsTakenStays() throws {
        folder.write("old", to: "1")
        let output = try OutputFile(folder["1"])
        output.write("new")
        #expect(try !output.finish(as: folder["1"]))
        #expect(try output.finish(as: folder["2"]))
        #expect(folder.names == ["1", "2"])
        #expect(folder.text("1") == "old" && folder.text("2") == "new")
    }

    @Test func failuresNameTheFile() {
        let full = failure { () throws(Failure) in
            let output = try OutputFile("/dev/full")
            output.write("text")
            try output.finish()
        }
        #expect(full?.status == .inputOutput)
        #expect(
            full?.message == "/dev/full: cannot be written: \(Failure.text(ofError: ENOSPC))")
        let missing = failure { () throws(Failure) in _ = try OutputFile(folder["no/out"]) }
        #expect(missing?.status == .inputOutput)
        #expect(missing?.message.hasPrefix(folder["no/out"] + ": ") == true)
    }

    /// Names of traces can have bytes that are no text.
    @Test func pathsKeepTheirBytes() throws {
        let name: [UInt8] = [0x2F, 0xFF, 0x61]
        let output = try OutputFile(folder["out"])
        output.write(PathText.text(name))
        try output.finish()
        let file = try FileBytes(path: folder["out"])
        #expect(file.withBytes { span in span.indices.map { span[$0] } } == name)
    }

    @Test func copiesOfOneNameGetNumbers() throws {
        for name in ["a/run", "b/run", "c/run", "2-run"] { folder.write(name, to: name) }
        let copies = try TraceCopies(folder["copies"])
        try copies.add(["a/run", "b/run", "2-run", "c/run"].map { folder[$0] })
        #expect(
            ["run", "2-run", "2-2-run", "3-run"].map { folder.text("copies/" + $0) } == [
                "a/run", "b/run", "2-run", "c/run",
            ])
        // What is in a folder is nobody's to be mixed up with.
        let failure = failure { () throws(Failure) in _ = try TraceCopies(folder["copies"]) }
        #expect(failure?.status == .inputOutput)
    }

    @Test func aDamagedTraceIsRepairedInItsPlace() throws {
        let whole = Traces.bytes([0, 16, 32])
        let path = folder.write(Array(whole.dropLast(8)), to: "run.drcov")
        let messages = Messages()
        try TraceRepair(warnings: messages.warnings()).repair(path, to: path)
        #expect(messages.all.last == .note("\(path): repaired, 2 blocks"))
        #expect(messages.all.count == 2)
        // It is what a recorder of two blocks would have written.
        let expected = String(decoding: Traces.bytes([0, 16]), as: UTF8.self)
        #expect(folder.text("run.drcov") == expected)
        try TraceRepair(warnings: messages.warnings()).repair(path, to: path)
        #expect(messages.all.last == .note("\(path): nothing was damaged, 2 blocks"))
    }

    @Test func severalAreRepairedIntoAFolder() throws {
        folder.makeFolder("out")
        let paths = ["a/run", "b/run"].map { folder.write(Traces.bytes([0]), to: $0) }
        try TraceRepair(warnings: Messages().warnings()).repair(paths, into: folder["out"])
        #expect(folder.text("out/run") != nil && folder.text("out/2-run") != nil)
    }

    @Test func validationSaysWhoTakesATrace() throws {
        let path = folder.write(Traces.bytes([0]), to: "run.drcov")
        let damaged = folder.write(Array(Traces.bytes([0]).dropLast()), to: "cut.drcov")
        func isGood(_ path: String, _ readers: [KnownReader]) throws -> Bool {
            var output = try OutputFile(folder["verdict"])
            var validation = TraceValidation(for: readers, warnings: Messages().warnings())
            try validation.write(path, to: &output)
            validation.end(to: &output)
            try output.finish()
            return validation.isGood
        }
        #expect(try isGood(path, [.lighthouse]))
        #expect(folder.text("verdict")?.hasPrefix("\(path): sound\n") == true)
        // Cutter wants version 3; who names no reader asks for soundness alone.
        #expect(try !isGood(path, [.cutter]))
        #expect(folder.text("verdict")?.contains("cutter        no: its version is not 3") == true)
        #expect(try isGood(path, []))
        #expect(try !isGood(damaged, []))
    }
}
