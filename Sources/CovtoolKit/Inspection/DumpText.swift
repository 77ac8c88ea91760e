import DRCov
import Trace

/// How a recording is written, as `covtool info` says it: as its drcov file has it, or as it would stand in
/// one.
struct DumpText {
    let version: Int
    /// The module table's version.
    let table: Int
    let flavor: String
    /// How the blocks are written; nil where the file is not drcov.
    let blocks: String?
    let oddities: [String]

    /// - Parameter dump: nil where the file is not drcov.
    init(_ recording: Recording, _ dump: Dump?) {
        if let dump {
            version = dump.version.rawValue
            table = dump.tableVersion
            flavor = String(decoding: dump.flavor, as: UTF8.self)
            blocks = dump.blockForm == .text ? "text" : "binary"
            oddities = dump.dialect.texts
        } else {
            let form = DRCovForm(of: recording)
            version = form.version.rawValue
            table = form.table.rawValue
            flavor = "\(form.flavor(is32Bit: recording.is32Bit == true))"
            blocks = nil
            oddities = []
        }
    }
}

extension Dialect {
    /// Each as words.
    var texts: [String] {
        let all: [(Dialect, String)] = [
            (.decimalAddresses, "decimal addresses"),
            (.bareHexadecimal, "hexadecimal addresses without 0x"),
            (.inclusiveEnds, "inclusive ends"),
            (.negativeContainingIDs, "containing ids of -1"),
            (.quotedPaths, "quoted paths"),
            (.carriageReturns, "CR LF"),
            (.negativeBlockCount, "-1 for the number of blocks"),
            (.absoluteStarts, "addresses for starts, as QEMU's drcov plugin writes"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
