import ArgumentParser
import CovtoolKit

/// The ELF files by which blocks get modules and sizes, for the commands that write traces.
struct PlacingOptions: ParsableArguments {
    @Option(
        name: [.customLong("elf"), .customShort("e")], parsing: .singleValue,
        help: ArgumentHelp(
            "Say what is at addresses: this ELF file; can be repeated.",
            discussion: """
                For traces without modules, or without sizes of blocks. The file takes what is at its own \
                addresses or, with FILE@BASE, at addresses from BASE on.
                """,
            valueName: "file"),
        completion: .file())
    var files: [NamedElf] = []

    /// The files.
    var elf: ElfFiles { ElfFiles(files) }
}

extension MergeOptions {
    /// How traces are brought together, with the files that say what is at addresses.
    func merging(_ placing: PlacingOptions) -> TraceMerging {
        var merging = merging
        merging.resolver = PlaceResolver(placing.elf)
        return merging
    }
}
