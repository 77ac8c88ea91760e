import DRCov
import Trace

/// Programs that read drcov. Docs/drcov.md says what each needs.
public enum KnownReader: String, CaseIterable {
    case lighthouse, drcov2lcov, lightkeeper, cartographer, bncov, cutter, libafl

    /// Why none of them takes a trace that is not drcov.
    static func foreignReasons(_ trace: borrowing CheckedTrace) -> [String] {
        let format = "a \(trace.file.format.name), not drcov ('covtool drcov' writes that)"
        return trace.file.isCompressed ? [format, "it is compressed"] : [format]
    }

    /// Why it would not take a drcov file as what it is, one reason each; none where it would.
    func reasons(_ file: FileFacts) -> [String] {
        let general = file.general
        if !general.isEmpty { return general }
        return switch self {
        case .lighthouse: ReaderNeeds.lighthouse(file)
        case .drcov2lcov: ReaderNeeds.drcov2lcov(file)
        case .lightkeeper: ReaderNeeds.lightkeeper(file)
        case .cartographer: ReaderNeeds.cartographer(file)
        case .bncov: ReaderNeeds.bncov(file)
        case .cutter: ReaderNeeds.cutter(file)
        case .libafl: ReaderNeeds.libAFL(file)
        }
    }
}

/// Where each reader breaks, after its source; Docs/drcov.md has the same in words.
private enum ReaderNeeds {
    static func lighthouse(_ file: FileFacts) -> [String] {
        var reasons = unreadable(file) + split(file)
        if file.hasEmptyPath { reasons.append("a path is empty") }
        if file.isCutShort {
            reasons.append("the blocks that are missing are taken for empty ones")
        }
        if file.dump.dialect.contains(.negativeBlockCount) {
            reasons.append("the number of blocks is -1")
        }
        if file.dump.version == .three {
            let byName = Dictionary(grouping: file.dump.recording.modules) {
                FilePath.name(text($0.path))
            }
            for (name, rows) in byName.sorted(by: { $0.key < $1.key })
            where Set(rows.map(\.containingID)).count > 1 {
                reasons.append("rows named '\(name)' belong to several modules")
            }
        }
        return reasons
    }

    static func drcov2lcov(_ file: FileFacts) -> [String] {
        var reasons: [String] = []
        let flavor = text(file.dump.flavor)
        if flavor != "drcov-64", flavor != "drcov-32" {
            reasons.append("the flavor is '\(flavor)', not 'drcov-64' or 'drcov-32'")
        }
        if !file.hasDenseIDs { reasons.append("a row's id is not its number") }
        let hasInclusiveEnds = file.dump.dialect.contains(.inclusiveEnds)
        if hasInclusiveEnds
            || file.dump.recording.modules.contains(where: { ($0.end - $0.start) & 0xFFF != 0 })
        {
            reasons.append("a row's size is not a multiple of a page")
        }
        if file.dump.dialect.contains(.negativeContainingIDs)
            || file.dump.recording.modules.contains(where: { $0.containingID > $0.id })
        {
            reasons.append("a row is contained in one that comes later, or in none")
        }
        if let block = file.blockPastRow {
            reasons.append(
                "a block of row \(block.module) at \(hex(UInt64(block.start))) reaches the row's end"
            )
        }
        return reasons + short(file) + unknown(file)
    }

    static func lightkeeper(_ file: FileFacts) -> [String] {
        var reasons: [String] = []
        let known = [
            "id, base, end, entry, path": 2, "id, base, end, entry, checksum, timestamp, path": 2,
            "id, containing_id, start, end, entry, offset, path": 4,
        ]
        if file.dump.version != .two { reasons.append("its version is not 2") }
        if known[file.columns] != file.dump.tableVersion {
            reasons.append("its columns are not those of table 2, or of table 4 on Unix")
        }
        if file.isText { reasons.append("its blocks are text") }
        if file.bytesBehindBlocks > 0 {
            reasons.append("\(file.bytesBehindBlocks) bytes are behind the blocks")
        }
        if file.hasEmptyPath { reasons.append("a path is empty") }
        if file.dump.dialect.contains(.carriageReturns) { reasons.append("lines end in CR LF") }
        if file.paths.contains(where: { $0.contains { !(0x20...0x7E).contains($0) } }) {
            reasons.append("a path is not ASCII")
        }
        if file.dump.dialect.contains(.negativeContainingIDs) {
            reasons.append("a containing id is -1")
        }
        if file.hasLooseBlocks { reasons.append("blocks are in no module") }
        return reasons + short(file) + unknown(file)
    }

    static func cartographer(_ file: FileFacts) -> [String] {
        var reasons: [String] = []
        if !file.hasDenseIDs { reasons.append("a row's id is not its number") }
        if file.largestBlock > Int(Int16.max) {
            reasons.append("a block is larger than 32767 bytes")
        }
        if file.hasLooseBlocks { reasons.append("blocks are in no module") }
        return reasons + short(file) + unknown(file)
    }

    static func bncov(_ file: FileFacts) -> [String] {
        var reasons: [String] = []
        if file.dump.version != .two { reasons.append("its version is not 2") }
        if !file.isText, file.bytesBehindBlocks > 0 {
            reasons.append(
                "\(file.bytesBehindBlocks) bytes behind the blocks are taken for more of them")
        }
        if file.dump.recording.modules.contains(where: { $0.containingID != $0.id }) {
            reasons.append("a module has several rows, of which one is looked at")
        }
        if file.hasNonUTF8Path { reasons.append("a path is not UTF-8") }
        return reasons
    }

    static func cutter(_ file: FileFacts) -> [String] {
        var reasons = split(file) + unreadable(file)
        if file.dump.version != .three { reasons.append("its version is not 3") }
        if file.dump.tableVersion == 1 { reasons.append("its table is of version 1") }
        if !file.hasDenseIDs { reasons.append("a row's id is not its number") }
        if file.dump.dialect.contains(.carriageReturns) { reasons.append("lines end in CR LF") }
        if file.isText { reasons.append("its blocks are text") }
        return reasons + short(file)
    }

    static func libAFL(_ file: FileFacts) -> [String] {
        var reasons = split(file) + unreadable(file)
        if file.dump.version != .two { reasons.append("its version is not 2") }
        if file.dump.tableVersion != 2
            || file.columns != "id, base, end, entry, checksum, timestamp, path"
        {
            reasons.append("its columns are not those of table 2 on Windows")
        }
        if file.dump.dialect.contains(.bareHexadecimal) {
            reasons.append("addresses have no 0x")
        }
        if file.isText { reasons.append("its blocks are text") }
        return reasons + short(file)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func split(_ file: FileFacts) -> [String] {
        file.pathWithSeparator.map { ["a path is cut at its comma: \($0)"] } ?? []
    }

    private static func unreadable(_ file: FileFacts) -> [String] {
        file.hasNonUTF8Path ? ["a path is not UTF-8"] : []
    }

    private static func short(_ file: FileFacts) -> [String] {
        if file.isCutShort { return ["the block table is cut short"] }
        return file.dump.dialect.contains(.negativeBlockCount)
            ? ["the number of blocks is -1"] : []
    }

    private static func unknown(_ file: FileFacts) -> [String] {
        file.hasUnknownModules ? ["blocks name a module that is not in the table"] : []
    }
}
