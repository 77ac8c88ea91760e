import Coverage
import DRCov
import Trace

/// What readers trip over, of one drcov file.
struct FileFacts {
    /// The first dump: no reader is known to look for a second one.
    let dump: Dump
    let dumpCount: Int
    let isCompressed: Bool
    let diagnoses: [Diagnosis]
    /// Bytes behind the blocks of the first dump.
    let bytesBehindBlocks: Int
    /// Blocks in no module; blocks of a module that is not there.
    private(set) var hasLooseBlocks = false
    private(set) var hasUnknownModules = false
    /// The largest size of a block in bytes.
    private(set) var largestBlock = 0
    /// A block that ends at, or behind, the end of the row that it names.
    private(set) var blockPastRow: Block?
    var paths: [[UInt8]] { dump.recording.modules.map(\.path) }

    /// Nil for what is not drcov.
    init?(_ trace: borrowing CheckedTrace) {
        let (dumps, diagnoses) = (trace.dumps, trace.diagnoses)
        let isCompressed = trace.file.isCompressed
        let facts = trace.file.withBytes { bytes in
            FileFacts(dumps, diagnoses, isCompressed: isCompressed, in: bytes)
        }
        guard let facts else { return nil }
        self = facts
    }

    /// - Parameter bytes: the file, as it is when it is not compressed.
    init?(
        _ dumps: [Dump], _ diagnoses: [Diagnosis], isCompressed: Bool = false,
        in bytes: Span<UInt8>
    ) {
        guard let first = dumps.first else { return nil }
        dump = first
        dumpCount = dumps.count
        self.isCompressed = isCompressed
        self.diagnoses = diagnoses
        bytesBehindBlocks = bytes.count - first.blockExtent.upperBound
        let rows = Dictionary(
            first.recording.modules.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
        var (loose, unknown, largest) = (false, false, 0)
        var past: Block?
        first.recording.forEachBlock(in: bytes) { block, _ in
            largest = max(largest, Int(block.size))
            if block.module == Block.noModule {
                loose = true
            } else if let row = rows[Int(block.module)] {
                let base = first.version == .two ? rows[row.containingID] ?? row : row
                let end = base.start &+ UInt64(block.start) &+ UInt64(block.size)
                if end >= row.end { past = past ?? block }
            } else {
                unknown = true
            }
        }
        (hasLooseBlocks, hasUnknownModules) = (loose, unknown)
        (largestBlock, blockPastRow) = (largest, past)
    }

    var isText: Bool { dump.blockForm == .text }

    var columns: String { String(decoding: dump.columns, as: UTF8.self) }

    var hasNonUTF8Path: Bool { paths.contains { String(validating: $0, as: UTF8.self) == nil } }

    var hasEmptyPath: Bool { paths.contains { $0.isEmpty } }

    /// A path with what stands between the fields of a row.
    var pathWithSeparator: String? {
        paths.lazy.map { String(decoding: $0, as: UTF8.self) }.first { path in
            let bytes = Array(path.utf8)
            return bytes.indices.dropLast().contains(where: {
                bytes[$0] == UInt8(ascii: ",") && bytes[$0 + 1] == UInt8(ascii: " ")
            })
        }
    }

    var hasDenseIDs: Bool { dump.recording.modules.enumerated().allSatisfy { $0 == $1.id } }

    var isCutShort: Bool {
        diagnoses.contains {
            if case .blocksCutShort? = $0.problem as? DRCovDamage { true } else { false }
        }
    }

    /// What no reader takes for what it is.
    var general: [String] {
        var reasons: [String] = []
        if isCompressed { reasons.append("it is compressed") }
        if dumpCount > 1 {
            reasons.append("the first of its \(dumpCount) dumps alone is looked at")
        }
        if dump.dialect.contains(.absoluteStarts) {
            reasons.append("starts are addresses, and are taken for offsets")
        }
        if dump.dialect.contains(.decimalAddresses) {
            reasons.append("addresses are decimal, and are taken for hexadecimal ones")
        }
        for diagnosis in diagnoses {
            // Each reader has its own way with these.
            switch diagnosis.problem as? DRCovDamage {
            case .blocksCutShort, .strayBytes, .noHitTable, .hitCounts, .unknownHitTable,
                .unknownEdgeTable, .edgesCutShort:
                continue
            default:
                if diagnosis.problem is UnknownModules { continue }
                reasons.append(diagnosis.wording)
            }
        }
        return reasons
    }
}
