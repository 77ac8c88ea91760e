import DebugInfo
import Trace

extension Recording {
    /// A recording of QEMU's own drcov plugin with its row where the module is: the row that the plugin
    /// writes is that of the code alone. Where the module's file is not at hand, or is not the one that
    /// ran, and for every other recording, the recording as it is.
    var placedByItsFile: Recording {
        guard starts == .zero, let row = modules.first,
            let binary = try? Binary(path: String(decoding: row.path, as: UTF8.self)),
            let codeOffset = binary.image.codeOffset, row.start >= codeOffset
        else { return self }
        let base = row.start - codeOffset
        let (end, overflow) = base.addingReportingOverflow(binary.image.size)
        // Programs are loaded at pages.
        guard base & 0xFFF == 0, !overflow, end >= row.end else { return self }
        var placed = self
        (placed.modules[0].start, placed.modules[0].end) = (base, end)
        return placed
    }
}
