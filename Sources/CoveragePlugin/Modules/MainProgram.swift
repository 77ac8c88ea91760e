import QEMUPluginEmbedded

/// The program that QEMU was started with, as it lies in the guest's memory.
struct MainProgram {
    let file: LoadedFile
    let is32Bit: Bool

    /// Nil where neither QEMU nor the program's file says where it lies.
    init?(_ program: Program) {
        guard let given = program.path, let startCode = program.startCode,
            let endCode = program.endCode
        else { return nil }
        let path = (try? HostPath(given).resolved()) ?? HostPath(given)
        if let elf = try? ELFFile(path), case let layout = elf.layout,
            let lowest = layout.segments.filter({ $0.isExecutable }).map({ $0.address })
                .min()
        {
            is32Bit = layout.is32Bit
            var file = LoadedFile(
                layout, bias: startCode &- lowest, path: path.bytes, identity: nil)
            file.build = elf.build
            file.stamp = FileStamp(of: path)
            self.file = file
        } else {
            let mask = ELFLayout.pageSize - 1
            let start = startCode & ~mask
            let end = (endCode &+ mask) & ~mask
            guard start < end else { return nil }
            is32Bit = end <= 1 << 32
            file = LoadedFile(
                mapped: start, end: end, base: start, path: path.bytes, identity: nil)
        }
    }
}
