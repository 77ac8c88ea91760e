import Coverage
import Trace

/// Code as a JSON document, described by Docs/disassembly.schema.json.
public struct DisassemblyJSON {
    private var json = JSONWriter(format: "covtool-disassembly", version: 1)
    private var isInModule = false

    /// - Parameters:
    ///   - library: what has read the instructions, with its version.
    ///   - hasCounts: whether counts are executions; else they are numbers of runs, at least.
    public init(library: String, hasCounts: Bool) {
        json.member("instructionsBy", library)
        json.member("hasCounts", hasCounts)
        json.beginArray("modules", .block)
    }

    /// Begins a module.
    public mutating func begin(_ module: DisassembledModule) {
        endModule()
        json.beginObject()
        json.member("path", module.path)
        json.beginArray("code", .block)
        isInModule = true
    }

    /// Writes a stretch of the module's code.
    public mutating func write(_ code: DisassembledCode, to output: inout some TextOutputStream) {
        json.beginObject()
        json.member("name", code.name)
        json.member("linkageName", code.linkageName)
        json.member("isWhole", code.isWhole)
        json.member("file", code.source?.path)
        json.member("line", code.source?.line ?? 0)
        json.member("address", code.address)
        json.member("instructions", code.instructions)
        json.beginArray("lines", .lines)
        for line in code.lines {
            write(line)
            json.flush(to: &output)
        }
        json.endArray()
        json.endObject()
    }

    /// Ends the document.
    public mutating func end(to output: inout some TextOutputStream) {
        endModule()
        json.endArray()
        json.end(to: &output)
    }

    private mutating func endModule() {
        guard isInModule else { return }
        json.endArray()
        json.endObject()
        isInModule = false
    }

    private mutating func write(_ line: DisassembledCode.Line) {
        json.beginObject()
        json.member("address", line.address)
        json.member("size", line.size)
        json.member("bytes", line.bytes.hexadecimal)
        json.member("isData", line.isData)
        json.member("mnemonic", line.mnemonic)
        json.member("operands", line.operands)
        json.member("hits", line.hits)
        if let target = line.target {
            json.member("target", target)
            json.member("targetName", line.targetName)
        }
        if let jump = line.jump {
            json.member("taken", jump.taken)
            json.member("fellThrough", jump.fellThrough)
            if jump.takenIsLeast { json.member("takenIsLeast", true) }
            if jump.fellThroughIsLeast { json.member("fellThroughIsLeast", true) }
            json.member("verdict", jump.verdict.rawValue)
        }
        if let source = line.source {
            json.member("file", source.path)
            json.member("line", source.line)
        }
        json.endObject()
    }
}
