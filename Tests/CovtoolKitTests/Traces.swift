import DRCov
import Trace

/// Small drcov files.
enum Traces {
    /// The bytes of a trace with the module `path` of 64 KiB at `base`, and a block of 4 bytes at each offset.
    static func bytes(
        _ offsets: [UInt32], of path: String = "/bin/program", base: UInt64 = 0x40_0000
    ) -> [UInt8] {
        let writer = DRCovWriter()
        let module = Module(
            id: 0, start: base, end: base + 0x1_0000, path: Array(path.utf8))
        var bytes = writer.header(modules: [module], is32Bit: false, blockCount: offsets.count)
        for offset in offsets {
            writer.append(Block(start: offset, size: 4, module: 0), to: &bytes)
        }
        return bytes
    }
}
