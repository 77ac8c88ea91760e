import CElfutils

#if canImport(Glibc)
    import Glibc
#endif

/// The places at which libdwfl and libdw look for files that belong to an ELF file. They open what they
/// find there; all that is known here is whether there is something that must not be opened.
enum SeparateFiles {
    /// What libdwfl calls for a module's separate debug file, or the one that dwz made of what several
    /// share: its own way of finding it, where nothing stands in that way that is not a regular file.
    static let find:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
            UnsafePointer<CChar>?, Dwarf_Addr, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
            GElf_Word, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        ) -> CInt = { module, userData, moduleName, base, file, link, checksum, found in
            let folders = unsafe userData?.pointee.map {
                unsafe String(cString: $0.assumingMemoryBound(to: CChar.self))
            }
            var candidates = unsafe SeparateFiles.candidates(
                of: file.map { unsafe String(cString: $0) } ?? "",
                link: link.map { unsafe String(cString: $0) }, in: folders ?? "")
            var bytes: UnsafePointer<UInt8>?
            var address: GElf_Addr = 0
            let count = unsafe dwfl_module_build_id(module, &bytes, &address)
            if count > 0, let start = unsafe bytes {
                let buildID = unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
                candidates += SeparateFiles.candidates(
                    ofBuildID: buildID,
                    in: (folders ?? "").split(separator: ":").map(String.init))
            }
            guard !RegularFile.isAnyOther(candidates) else { return -1 }
            return unsafe dwfl_standard_find_debuginfo(
                module, userData, moduleName, base, file, link, checksum, found)
        }

    /// By the name that the file gives or its own with `.debug`: beside it, in a folder beside it, and in
    /// and below the debug folders by its folder's path and all ends of it.
    private static func candidates(of file: String, link: String?, in search: String) -> [String] {
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        let own = String(file.dropFirst(folder.utf8.count))
        let names = [link, own + ".debug", own].compactMap(\.self)
        var bases = [folder, folder + ".dwz/"]
        for entry in search.split(separator: ":") {
            guard entry.hasPrefix("/") else {
                bases.append(folder + entry + "/")
                continue
            }
            bases += [entry + "/", entry + "/.dwz/"]
            let parts = folder.split(separator: "/")
            bases += parts.indices.map { "\(entry)/\(parts[$0...].joined(separator: "/"))/" }
        }
        // The file itself is read already, and is one.
        return names.flatMap { name in
            let last = name.lastIndex(of: "/").map { String(name[name.index(after: $0)...]) }
            return bases.flatMap { base in [name, last].compactMap(\.self).map { base + $0 } }
                + (name.hasPrefix("/") ? [name] : [])
        }
    }

    /// Where separate debug files are on a machine.
    static let systemFolder = "/usr/lib/debug"

    static func candidates(ofBuildID buildID: [UInt8], in folders: [String]) -> [String] {
        guard !buildID.isEmpty else { return [] }
        let name =
            ".build-id/\(buildID.prefix(1).hexadecimal)/\(buildID.dropFirst().hexadecimal).debug"
        return folders.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
    }

    /// Where libdw looks for a file that debug information names.
    ///
    /// - Parameters:
    ///   - folder: the unit's own, where it has one.
    ///   - files: the ELF file, and the separate debug file.
    static func candidates(of name: String, in folder: String?, besides files: [String]) -> [String]
    {
        if name.hasPrefix("/") { return [name] }
        return files.flatMap { file in
            let own = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
            let inner = folder.map { $0.hasPrefix("/") ? "\($0)/\(name)" : "\(own)\($0)/\(name)" }
            return [own + name, inner].compactMap(\.self)
        }
    }
}
