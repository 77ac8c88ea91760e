import Coverage
import Reports

extension Profile {
    /// Writes where the blocks begin as lines 'MODULE+OFFSET', without the blocks of no module.
    ///
    /// A module has its file's name, by which readers look for it, or its path where two have one name. Offsets count from
    /// its base, in hexadecimal.
    ///
    /// - Parameters:
    ///   - path: nil and `-` are standard output.
    ///   - warnings: told what is left out.
    /// - Throws: ``Failure``; the file that was there stays as it was.
    public func writeModuleOffsets(to path: String?, warnings: Warnings) throws(Failure) {
        let count = Dictionary(
            modules.map { (FilePath.name($0.path), 1) }, uniquingKeysWith: +)
        let output = try OutputFile(path)
        for module in modules {
            let name = FilePath.name(module.path)
            let shown = count[name] == 1 ? name : module.path
            var last: UInt64?
            for block in module.blocks.elements where block.offset != last {
                output.write("\(shown)+\(String(block.offset, radix: 16))\n")
                last = block.offset
            }
        }
        if !outside.isEmpty {
            warnings.say(
                "\(Amount.text(outside.count, "block is", "blocks are")) in no module: left out")
        }
        try output.finish()
    }
}
