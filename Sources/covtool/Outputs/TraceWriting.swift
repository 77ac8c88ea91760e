import Coverage
import DRCov

extension Profile {
    /// Writes the profile as one drcov file.
    ///
    /// - Parameter form: with counts only for a profile that is counted.
    func write(to path: String?, form: Form = Form()) throws(Failure) {
        let name = path ?? "standard output"
        let tables: (modules: [Module], blocks: [Block], counts: [UInt64])
        do throws(ExportError) {
            tables = try exported()
        } catch {
            throw Failure(.badData, "\(name): \(error.text)")
        }
        let writer = Writer(form: form)
        let output = try OutputFile(path)
        output.write(
            writer.header(
                modules: tables.modules, is32Bit: is32Bit, blockCount: tables.blocks.count))
        var bytes: [UInt8] = []
        for block in tables.blocks {
            writer.append(block, to: &bytes)
            if bytes.count >= 1 << 16 {
                output.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        if form.hasCounts {
            bytes += writer.countsHeader(count: tables.counts.count)
            for count in tables.counts { writer.append(hitCount: count, to: &bytes) }
        }
        output.write(bytes)
        try output.finish()
    }
}

extension ExportError {
    fileprivate var text: String {
        switch self {
        case .offsetTooLarge(let path, let offset):
            "drcov cannot express a block at \(hex(offset)) in \(path): 4 GiB is the most"
        case .tooManyModules(let count): "drcov cannot express \(count) modules: 65535 is the most"
        }
    }
}
