import Coverage
import DebugInfo

/// Code that was asked for, in one module.
struct FoundCode {
    /// Which of the module's code.
    enum Choice {
        case everything
        /// The functions that are entered there, by the ELF file's own addresses.
        case functions(Set<UInt64>)
        /// The function that has an address.
        case around(UInt64)
        /// What is in a range of addresses.
        case range(Range<UInt64>)
    }

    var module: ModuleCoverage
    /// The address of the module's offset 0 in the ELF file.
    var base: UInt64
    var table: LineTable
    var choice: Choice
}

extension CoverageReader {
    /// Finds code in the modules of traces.
    ///
    /// - Parameter sum: what the profile is of.
    /// - Throws: ``Failure`` if it is nowhere.
    func findCode(_ place: CodePlace, in whole: Profile, _ sum: TraceSum) throws(Failure)
        -> [FoundCode]
    {
        switch place {
        case .around(let name, let offset):
            let modules = try modules(named: name, with: offset, in: whole, sum)
            return try code(of: modules, in: whole) { _, base in .around(base &+ offset) }
        case .range(let name, let range):
            let modules = try modules(named: name, with: range.lowerBound, in: whole, sum)
            return try code(of: modules, in: whole) { _, base in
                .range(base &+ range.lowerBound..<base &+ range.upperBound)
            }
        case .named(let name):
            let modules = whole.modules(named: name)
            guard modules.isEmpty else {
                try sum.check { () throws(Failure) in modules }
                return try code(of: modules, named: name, in: whole)
            }
            return try functions(named: name, in: whole, sum)
        }
    }

    /// What a name is that is a module's: if one of its functions has it, too, that.
    private func code(of modules: [ModuleCoverage], named name: String, in whole: Profile)
        throws(Failure) -> [FoundCode]
    {
        var found = try code(of: modules, in: whole) { table, _ in
            let entries = name.contains("/") ? [] : table.entries(ofFunction: name)
            return entries.isEmpty ? .everything : .functions(entries)
        }
        let functions = found.filter { $0.choice.isOfFunctions }
        if !functions.isEmpty {
            merging.warnings.say(
                "'\(name)' is a function and a module: the function is shown (./\(name) is the module)"
            )
            found = functions
        }
        return found
    }

    /// The functions of a name, in the modules that reports are of.
    private func functions(named name: String, in whole: Profile, _ sum: TraceSum) throws(Failure)
        -> [FoundCode]
    {
        let profile = reported(whole)
        try sum.check { () throws(Failure) in try elf.modules(of: profile) }
        var found: [FoundCode] = []
        var known: Set<String> = []
        var isInlined = false
        try elf.keepingWanted(of: profile).forEachModule(
            of: profile, parts: parts, warnings: merging.warnings, needsLines: false
        ) { module, image, table in
            let entries = table.entries(ofFunction: name)
            if !entries.isEmpty {
                found.append(
                    FoundCode(
                        module: module, base: image.base, table: table, choice: .functions(entries))
                )
            } else if found.isEmpty {
                for function in table.functions {
                    known.insert(function.name)
                    known.formUnion(function.aliases)
                }
                isInlined = isInlined || table.inlinedFunctions.contains { $0.name == name }
            }
        }
        tellLeftOut(profile, of: whole)
        guard found.isEmpty else { return found }
        if isInlined {
            throw Failure(
                .badData, "'\(name)' was inlined wherever it is called: it has no code of its own")
        }
        known.formUnion(whole.modules.lazy.map { SourcePath.baseName($0.path) })
        throw Failure(
            .badData,
            "no function or module is called '\(name)'\(Nearest.question(name, among: known.sorted()))"
        )
    }

    /// The code of some modules, whose files alone are read.
    private func code(
        of modules: [ModuleCoverage], in whole: Profile,
        _ choice: (LineTable, _ base: UInt64) -> FoundCode.Choice
    ) throws(Failure) -> [FoundCode] {
        var elf = elf
        elf.files = []
        for file in self.elf.files {
            let one = ElfFiles([file], in: self.elf.folders)
            if try one.modules(of: whole).contains(where: modules.contains) {
                elf.files.append(file)
            }
        }
        var found: [FoundCode] = []
        try elf.forEachModule(
            of: whole.keeping { modules.contains($0) }, parts: parts, warnings: merging.warnings,
            isOptional: true, needsLines: false
        ) { module, image, table in
            found.append(
                FoundCode(
                    module: module, base: image.base, table: table,
                    choice: choice(table, image.base)))
        }
        guard found.isEmpty, let first = modules.first else { return found }
        throw Failure(.missingInput, "\(first.path): there is no file to show the code of")
    }
}

extension FoundCode.Choice {
    fileprivate var isOfFunctions: Bool {
        if case .functions = self { return true }
        return false
    }
}

extension LineTable {
    /// Where functions of a name are entered: the linker's, or the readable one with its parameters or without.
    func entries(ofFunction name: String) -> Set<UInt64> {
        let exact = functions.filter { function in
            function.isCalled { own, linkage in own == name || linkage == name }
        }
        // Names that are not C's take time to read.
        let named =
            exact.isEmpty
            ? functions.filter { function in
                function.isCalled { own, linkage in FunctionName.isNamed(name, own, linkage) }
            } : exact
        return Set(named.map(\.entry))
    }
}
