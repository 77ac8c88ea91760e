import DRCov
import DebugInfo

extension Dump {
    /// A dump of QEMU's own drcov plugin with its row where the module is: the row that the plugin
    /// writes is that of the code alone. Where the module's file is not at hand, or is not the one that
    /// ran, and for every other dump, the dump as it is.
    var placedByItsFile: Dump {
        guard oddities.contains(.absoluteStarts), let row = modules.first,
            let binary = try? Binary(path: String(decoding: row.path, as: UTF8.self)),
            let codeOffset = binary.image.codeOffset, row.start >= codeOffset
        else { return self }
        let base = row.start - codeOffset
        let (end, overflow) = base.addingReportingOverflow(binary.image.size)
        // Programs are loaded at pages.
        guard base & 0xFFF == 0, !overflow, end >= row.end else { return self }
        var dump = self
        (dump.modules[0].start, dump.modules[0].end) = (base, end)
        return dump
    }
}
