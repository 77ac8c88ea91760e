import Coverage
import DebugInfo
import Synchronization
import Trace

/// Brings recordings to where they are used: those whose format has no modules, or no sizes, by the ELF files at hand,
/// those of QEMU's own plugin by the program's.
///
/// Any thread may ask; each file is read once, and only where a recording needs it.
public final class PlaceResolver: Sendable {
    private struct Known {
        var named: [(file: NamedElf, code: CodeFile)]?
        /// Of modules that no option names, by path; nil where there is no such file.
        var own: [String: CodeFile?] = [:]
    }

    private let elf: ElfFiles
    private let known = Mutex(Known())

    /// - Parameter elf: the files that are named, and where those of modules are.
    public init(_ elf: ElfFiles = ElfFiles()) { self.elf = elf }

    /// A recording as it is brought together with others.
    ///
    /// - Throws: ``Failure`` where a named file cannot be read.
    func resolved(_ recording: Recording) throws(Failure) -> PlacedRecording {
        guard let places = recording.places else {
            return PlacedRecording(recording.placedByItsFile)
        }
        let named = try namedFiles()
        let loaded = named.map { file, code in
            PlacedFile(
                code,
                at: file.base ?? code.base(byFunctions: places.functions) ?? code.ownBase)
        }
        return recording.placed(in: loaded) { name in
            file(ofModule: String(decoding: name, as: UTF8.self), named)
        }
    }

    private func namedFiles() throws(Failure) -> [(file: NamedElf, code: CodeFile)] {
        if let found = known.withLock({ $0.named }) { return found }
        var found: [(file: NamedElf, code: CodeFile)] = []
        for file in elf.files {
            do throws(DebugInfoError) {
                let path = FilePath.absolute(file.path)
                found.append((file, try elf.folders.open(file.path).codeFile(path)))
            } catch {
                throw Failure(elf: file.path, error)
            }
        }
        known.withLock { $0.named = found }
        return found
    }

    /// The file of a module: the named one with its path, or its name, or else its own.
    private func file(ofModule name: String, _ named: [(file: NamedElf, code: CodeFile)])
        -> CodeFile?
    {
        if let same = named.first(where: { $0.code.path == name }) { return same.code }
        let base = FilePath.name(name)
        if let same = named.first(where: { FilePath.name($0.code.path) == base }) {
            return same.code
        }
        guard name.hasPrefix("/") else { return nil }
        if let own = known.withLock({ $0.own[name] }) { return own }
        let path = elf.folders.path(ofModule: name)
        let own = (try? elf.folders.open(path))?.codeFile(name)
        known.withLock { $0.own[name] = .some(own) }
        return own
    }
}
