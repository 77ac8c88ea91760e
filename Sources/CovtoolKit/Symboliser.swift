import Coverage
import DebugInfo
import Reports

/// Turns addresses and blocks into functions, files and lines.
public struct Symboliser {
    /// Addresses to be told.
    public enum Addresses {
        /// These.
        case list([UInt64])
        /// One a line; without 0x, too, if they are bare.
        case standardInput(isBare: Bool)
    }

    /// How they are told.
    public enum SymbolForm {
        /// In fields, separated by tabs.
        case text
        /// In a JSON document.
        case json
        /// As addr2line does, so far as its options say.
        case addr2line(Addr2lineFormat)
    }

    private let elf: ElfFiles
    private let parts: LineTableParts
    private let names: ReadableNames
    private let isInnermostAlone: Bool

    /// - Parameters:
    ///   - parts: what is read of debug information beside lines.
    ///   - isInnermostAlone: whether functions that code was inlined into are left out.
    public init(
        _ elf: ElfFiles, _ parts: LineTableParts, names: ReadableNames,
        isInnermostAlone: Bool = false
    ) {
        self.elf = elf
        self.parts = parts
        self.names = names
        self.isInnermostAlone = isInnermostAlone
    }

    /// Writes what the addresses of an ELF file are.
    ///
    /// - Parameter path: of the output; nil and `-` are standard output.
    /// - Throws: ``Failure``, also for a line of standard input that is no address.
    public func write(
        _ addresses: Addresses, of file: String, as form: SymbolForm, to path: String?
    ) throws(Failure) {
        let locator: Locator
        var form = form
        do throws(DebugInfoError) {
            let file = try ElfFile(file, elf.folders, parts)
            if case .addr2line(var lines) = form {
                lines.digits = file.addressDigits
                form = .addr2line(lines)
            }
            locator = Locator(file.table)
        } catch {
            throw Failure(elf: file, error)
        }
        var frames = FrameNames(locator, names: names, isInnermostAlone: isInnermostAlone)
        var output = try OutputFile(path)
        var document: SymbolJSON?
        if case .json = form { document = SymbolJSON(.addresses) }
        func write(_ address: UInt64) {
            let found = frames[address]
            switch form {
            case .text: SymbolText.write(found, address: address, to: &output)
            case .json: document?.write(found, address: address, to: &output)
            case .addr2line(let lines): lines.write(found, address: address, to: &output)
            }
        }
        switch addresses {
        case .list(let list): list.forEach(write)
        case .standardInput(let isBare):
            try AddressText.forEachOfStandardInput(isBare: isBare, write) {
                // Who asks for one after the other waits for the answer.
                if case .addr2line = form { output.flush() }
            }
        }
        document?.end(to: &output)
        try output.finish()
    }

    /// Writes where the blocks of a profile are.
    ///
    /// - Parameter path: of the output; nil and `-` are standard output.
    /// - Throws: ``Failure``
    public func writeBlocks(
        of profile: Profile, isJSON: Bool, warnings: Warnings, to path: String?
    ) throws(Failure) {
        var known: [ModulePlace: (frames: FrameNames, base: UInt64)] = [:]
        try elf.keepingWanted(of: profile).forEachModule(
            of: profile, parts: parts, warnings: warnings, isOptional: true, needsLines: false
        ) { module, image, table in
            let frames = FrameNames(
                Locator(table), names: names, isInnermostAlone: isInnermostAlone)
            known[ModulePlace(module)] = (frames, image.base)
        }
        let nothing = [Locator.Frame(function: nil, file: nil, line: 0)]
        var output = try OutputFile(path)
        var document = isJSON ? SymbolJSON(.modules) : nil
        for module in profile.modules {
            var found = known[ModulePlace(module)]
            guard elf.files.isEmpty || found != nil else { continue }
            document?.begin(module)
            let name = SourcePath.baseName(module.path)
            for block in module.blocks.elements {
                let base = found?.base ?? 0
                let frames = found?.frames[base &+ block.offset] ?? nothing
                if document != nil {
                    document?.write(frames, block: block, to: &output)
                } else {
                    SymbolText.write(frames, block: block, module: name, to: &output)
                }
            }
            document?.endModule()
        }
        document?.end(to: &output)
        try output.finish()
    }
}

/// Remembers names that were demangled.
public struct ReadableNames: Sendable {
    /// Whether names are demangled.
    public let isDemangling: Bool
    private var known: [String: String] = [:]

    /// Names that are demangled, or the linker's.
    public init(isDemangling: Bool) { self.isDemangling = isDemangling }

    /// The name as it is wanted.
    public subscript(_ name: String) -> String {
        mutating get {
            guard isDemangling else { return name }
            if let readable = known[name] { return readable }
            let readable = Demangler.readable(name)
            known[name] = readable
            return readable
        }
    }
}

/// Tells modules apart where two have one path.
private struct ModulePlace: Hashable {
    var path: String
    var size, base: UInt64
    var rank: Int

    init(_ module: ModuleCoverage) {
        (path, size, base, rank) = (module.path, module.size, module.base, module.rank)
    }
}

/// The frames of addresses, with names as they are wanted.
private struct FrameNames {
    private let locator: Locator
    private var names: ReadableNames
    private let isInnermostAlone: Bool

    init(_ locator: Locator, names: ReadableNames, isInnermostAlone: Bool) {
        self.locator = locator
        self.names = names
        self.isInnermostAlone = isInnermostAlone
    }

    subscript(_ address: UInt64) -> [Locator.Frame] {
        mutating get {
            var frames = locator.frames(of: address)
            if isInnermostAlone, frames.count > 1 { frames.removeSubrange(1...) }
            for index in frames.indices {
                if let name = frames[index].function { frames[index].function = names[name] }
            }
            return frames
        }
    }
}
