/// The ELF image with a few of the system's functions that user-mode QEMU puts into the guest's memory
/// from 8.2 on, as the kernel does: a module without a file.
enum VDSO {
    /// As `/proc/PID/maps` calls it.
    private static let name: StaticString = "[vdso]"
    /// How its own name begins on every architecture (vdso(7)), which tells it from an ELF file that
    /// the guest has read into memory itself.
    private static let sonames: [StaticString] = ["linux-vdso", "linux-gate"]
    private static let mostPages: UInt64 = 16

    /// The image that the host address is in, as it lies in the *host's* addresses; nil where there is
    /// none.
    static func find(at address: UInt64, in row: ProcessMapRow) -> LoadedFile? {
        let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]
        let page = address & ~(ELFLayout.pageSize - 1)
        for distance in 0..<mostPages {
            let (start, overflow) = page.subtractingReportingOverflow(
                distance * ELFLayout.pageSize)
            guard !overflow, start >= row.start else { return nil }
            let offset = start - row.start
            guard HostMemory.read(row, at: offset, count: magic.count) == magic,
                let layout = ELFLayout(read: {
                    HostMemory.read(row, at: offset &+ $0, count: $1)
                }),
                let bias = layout.bias(fileStartAt: start)
            else { continue }
            var file = LoadedFile(
                layout, bias: bias, path: HostPath(name).bytes, identity: nil)
            let length = min(layout.end - layout.start, row.end - start)
            guard file.start <= address, address < file.end,
                length <= mostPages * ELFLayout.pageSize,
                let image = HostMemory.read(row, at: offset, count: Int(length)),
                isNamed(image)
            else { continue }
            file.isMemory = true
            return file
        }
        return nil
    }

    private static func isNamed(_ image: [UInt8]) -> Bool {
        sonames.contains { soname in
            soname.withUTF8Buffer { soname in
                image.indices.dropLast(soname.count).contains { index in
                    unsafe image[index..<(index + soname.count)].elementsEqual(soname)
                }
            }
        }
    }
}
