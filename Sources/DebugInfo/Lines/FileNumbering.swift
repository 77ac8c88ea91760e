import Coverage
import Trace

#if canImport(Glibc)
    import Glibc
#endif

/// Numbers the source files of line programs, for one thread.
///
/// Most units name the same headers: what they write is looked up as it stands there, and made a path
/// once.
@safe
final class FileNumbering {
    /// A file as a line program names it; what there is not is empty.
    @safe
    private struct Name: Hashable {
        let unitFolder, programFolder, folder, name: UnsafeRawBufferPointer

        static func == (one: Name, other: Name) -> Bool {
            unsafe isSame(one.name, other.name) && isSame(one.folder, other.folder)
                && isSame(one.programFolder, other.programFolder)
                && isSame(one.unitFolder, other.unitFolder)
        }

        static func isSame(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer)
            -> Bool
        {
            guard one.count == other.count else { return false }
            guard let start = one.baseAddress, let otherStart = other.baseAddress,
                unsafe start != otherStart
            else { return true }
            return unsafe memcmp(start, otherStart, one.count) == 0
        }

        func hash(into hasher: inout Hasher) {
            unsafe hasher.combine(bytes: name)
            unsafe hasher.combine(folder.count)
        }

        var path: String {
            let parts = unsafe [unitFolder, programFolder, folder, name]
                .map { unsafe PathText.text($0) }
                .filter { !$0.isEmpty }
            let first = parts.lastIndex { $0.hasPrefix("/") } ?? 0
            return SourcePath.normalised(parts[first...].joined(separator: "/"))
        }
    }

    let sections: DebugSections
    private let files: SourcePathTable
    private var indices: [Name: Int32] = [:]

    init(_ sections: DebugSections, files: SourcePathTable) {
        self.sections = sections
        self.files = files
    }

    /// The file's index among all; nil where the program names none by that number.
    ///
    /// - Parameter unitFolder: the folder that the unit was compiled in, if it says so.
    func index(
        ofFile number: Int, in header: LineProgramHeader, unitFolder: UnsafeRawBufferPointer
    ) -> Int32? {
        guard header.files.indices.contains(number), let file = header.files[number],
            file.folder < header.folders.count
        else { return nil }
        let programFolder = unsafe text(header.folders.first ?? nil)
        let none = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        let isRelative = unsafe programFolder.first != UInt8(ascii: "/")
        let name = unsafe Name(
            // What is relative stands for the same folder twice, or for one below the other.
            unitFolder: isRelative && !Name.isSame(unitFolder, programFolder) ? unitFolder : none,
            programFolder: programFolder,
            folder: file.folder == 0 ? none : text(header.folders[Int(file.folder)]),
            name: text(file.name))
        if let known = indices[name] { return known }
        let index = files.index(of: name.path)
        indices[name] = index
        return index
    }

    private func text(_ text: LineProgramHeader.TextLocation?) -> UnsafeRawBufferPointer {
        guard let text else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
        var cursor = sections.cursor(text.section, at: text.offset)
        return unsafe cursor.text()
    }
}
