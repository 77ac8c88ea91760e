import ArgumentParser
import DebugInfo

/// How functions are named.
struct NameOptions: ParsableArguments {
    @Flag(help: "Name functions as the linker knows them, not as people write them.")
    var noDemangle = false

    /// Names as they are wanted, each worked out once.
    var readableNames: ReadableNames { ReadableNames(isDemangling: !noDemangle) }
}

/// Remembers names that were demangled.
struct ReadableNames {
    let isDemangling: Bool
    private var known: [String: String] = [:]

    init(isDemangling: Bool) { self.isDemangling = isDemangling }

    subscript(_ name: String) -> String {
        mutating get {
            guard isDemangling else { return name }
            if let readable = known[name] { return readable }
            let readable = Demangler.readable(name)
            known[name] = readable
            return readable
        }
    }
}
