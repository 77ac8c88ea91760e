import Coverage

/// The folders that source files lie in, without those that hold nothing but one other folder.
struct FolderTree {
    /// A folder.
    struct Folder {
        /// Its path, with a slash at its end; empty for the one that absolute and relative paths share.
        var path: String
        /// The folder that it is in; nil for the first one.
        var parent: Int?
        /// The folders in it, by path.
        var folders: [Int] = []
        /// The files in it, as indices into what the tree was made of.
        var files: [Int] = []
        /// The sums over all files in it, and in the folders below.
        var totals = Totals([])
    }

    /// The folders, each behind the one that it is in; the first one has all.
    private(set) var folders: [Folder] = []
    /// The folder of each file.
    private(set) var folderOfFile: [Int]

    /// Makes the tree of files. It has no more than two folders a file, however deep they lie, and takes time in
    /// proportion to the length of all paths.
    init(_ files: [SourceCoverage.File]) {
        // A slash comes before all other characters: what is in a folder stands together, behind the folder.
        var given = files.indices.map { index in
            (key: FolderTree.key(SourcePath.folder(files[index].path)), file: index)
        }
        given.sort { $0.key.lexicographicallyPrecedes($1.key) }
        folderOfFile = [Int](repeating: 0, count: files.count)
        var keys: [[UInt8]] = []
        for (index, (key, _)) in given.enumerated() where index == 0 || keys.last != key {
            if let last = keys.last { keys.append(FolderTree.shared(last, key)) }
            keys.append(key)
        }
        if keys.isEmpty { keys = [[]] }
        keys.sort { $0.lexicographicallyPrecedes($1) }
        var (open, next): ([(folder: Int, key: [UInt8])], Int) = ([], 0)
        for (index, key) in keys.enumerated() where index == 0 || key != keys[index - 1] {
            while let last = open.last, !key.starts(with: last.key) { open.removeLast() }
            let folder = folders.count
            folders.append(Folder(path: FolderTree.path(key), parent: open.last?.folder))
            if let parent = open.last?.folder { folders[parent].folders.append(folder) }
            open.append((folder, key))
            while next < given.count, given[next].key == key {
                folderOfFile[given[next].file] = folder
                next += 1
            }
        }
        for (index, file) in files.enumerated() {
            folders[folderOfFile[index]].files.append(index)
            folders[folderOfFile[index]].totals += Totals([file])
        }
        for folder in folders.indices.reversed() {
            if let parent = folders[folder].parent {
                folders[parent].totals += folders[folder].totals
            }
        }
    }

    /// What is shown of a path in a folder.
    func name(of path: String, in folder: Int) -> String {
        String(path.utf8.dropFirst(folders[folder].path.utf8.count)) ?? path
    }

    /// The folder and all that it is in, the first one first.
    func way(to folder: Int) -> [Int] {
        var way: [Int] = []
        var next: Int? = folder
        while let folder = next {
            way.append(folder)
            next = folders[folder].parent
        }
        return way.reversed()
    }

    private static func key(_ path: String) -> [UInt8] {
        path.utf8.map { $0 == UInt8(ascii: "/") ? 0 : $0 }
    }

    private static func path(_ key: [UInt8]) -> String {
        String(decoding: key.map { $0 == 0 ? UInt8(ascii: "/") : $0 }, as: UTF8.self)
    }

    /// The longest folder that both lie in, or are.
    private static func shared(_ one: [UInt8], _ other: [UInt8]) -> [UInt8] {
        let count = zip(one, other).prefix { $0 == $1 }.count
        let end = one[..<count].lastIndex(of: 0).map { $0 + 1 } ?? 0
        return Array(one[..<end])
    }
}
