import CDemanglers

#if canImport(Glibc)
    import Glibc
#endif

/// A linkage name of C++ (Itanium ABI), parsed.
///
/// Parts of a name stand for others again, so a short name can be one of gigabytes. libiberty has no bound
/// for what it prints, nor for the ways that it goes without printing; both are within what this
/// measures first: how many parts there are when each stands where it is meant.
@safe
struct CxxName: ~Copyable {
    private typealias Part = UnsafeMutablePointer<demangle_component>

    /// A template whose arguments its parameters stand for, in some part of the name.
    private struct Scope: Hashable {
        /// The list of arguments.
        var arguments: Int
        /// The scope in which those are meant.
        var outer: Int
        /// Whether a parameter stands for one element of a pack alone: what goes on for each.
        var isForOne = false
    }

    private struct Visit: Hashable {
        var part: Int
        var scope: Int
    }

    private static let options = DMGL_PARAMS | DMGL_TYPES
    /// libiberty prints no deeper.
    private static let deepest = 1024
    /// It has on the stack, 16 bytes for each, what each template is for each reference to a parameter.
    private static let mostCopies = 1 << 17
    private static let noScope = -1

    /// Parts point into it.
    private let name: UnsafeMutablePointer<CChar>
    private let root: Part
    private let memory: UnsafeMutableRawPointer
    private let partCount: Int
    private var scopes: [Scope] = []
    private var scopeNumbers: [Scope: Int] = [:]
    /// Nil while it is measured: what comes to itself has no end.
    private var sizes: [Visit: Int?] = [:]
    private var (templates, references): (Set<Int>, Set<Int>) = ([], [])

    /// Nil for a name that is none, or that is too long.
    init?(_ name: String) {
        guard CxxName.isReadInTime(name), let copy = unsafe strdup(name) else { return nil }
        var memory: UnsafeMutableRawPointer?
        guard let root = unsafe cplus_demangle_v3_components(copy, CxxName.options, &memory),
            let memory = unsafe memory
        else {
            unsafe free(copy)
            return nil
        }
        unsafe self.name = unsafe copy
        unsafe self.root = unsafe root
        unsafe self.memory = unsafe memory
        // Two for each letter are allocated.
        partCount = 2 * name.utf8.count
    }

    deinit {
        unsafe free(memory)
        unsafe free(name)
    }

    /// The name as people write it; nil where it has more than about so many letters.
    mutating func text(limit: Int) -> String? {
        guard let root = unsafe number(root),
            let size = size(of: root, in: CxxName.noScope, 0, limit),
            4 * templates.count * references.count <= CxxName.mostCopies
        else { return nil }
        var allocated = 0
        guard
            let text = unsafe cplus_demangle_print(
                CxxName.options, self.root, Int32(clamping: size), &allocated)
        else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// In the type of a conversion operator, the arguments of a parameter that is a template are read
    /// twice, and those in them each time.
    private static func isReadInTime(_ name: String) -> Bool {
        func count(_ pair: StaticString) -> Int {
            zip(name.utf8, name.utf8.dropFirst()).count { one, other in
                unsafe one == pair.utf8Start[0] && other == pair.utf8Start[1]
            }
        }
        return count("cv") == 0 || count("_I") <= 12
    }

    // MARK: Variants

    /// Far longer than those of any function; libiberty has a part for each half of a letter on the stack.
    private static let longestVariant = 1 << 12

    /// The name of the variant of a constructor or destructor that has its code, for the name that stands for all
    /// of them, GCC's own (`C4`, `D4`); nil for any other name.
    static func baseVariant(of name: String) -> String? {
        var letters = Array(name.utf8)
        guard letters.count <= longestVariant, name.hasPrefix("_ZN"), isReadInTime(name) else {
            return nil
        }
        for index in letters.indices.dropFirst(4) where letters[index] == UInt8(ascii: "4") {
            let kind = letters[index - 1]
            guard kind == UInt8(ascii: "C") || kind == UInt8(ascii: "D") else { continue }
            letters[index] = UInt8(ascii: "2")
            let base = String(decoding: letters, as: UTF8.self)
            // What looks like it can be a part of another word.
            let isBase =
                kind == UInt8(ascii: "C")
                ? unsafe is_gnu_v3_mangled_ctor(base) == gnu_v3_base_object_ctor
                : unsafe is_gnu_v3_mangled_dtor(base) == gnu_v3_base_object_dtor
            if isBase { return base }
            letters[index] = UInt8(ascii: "4")
        }
        return nil
    }

    // MARK: Parts

    /// Where a part stands among all; nil for what is no pointer to one.
    private func number(_ part: Part?) -> Int? {
        guard let part = unsafe part else { return nil }
        let stride = unsafe MemoryLayout<demangle_component>.stride
        let distance = unsafe UInt(bitPattern: part) &- UInt(bitPattern: memory)
        let (number, rest) = distance.quotientAndRemainder(dividingBy: UInt(stride))
        return rest == 0 && number < UInt(partCount) ? Int(number) : nil
    }

    private func part(_ number: Int) -> demangle_component {
        let parts = unsafe memory.assumingMemoryBound(to: demangle_component.self)
        return unsafe parts[number]
    }

    private func kind(_ number: Int) -> demangle_component_type { unsafe part(number).type }

    private func left(_ number: Int) -> Int? {
        switch kind(number) {
        case DEMANGLE_COMPONENT_NAME, DEMANGLE_COMPONENT_TEMPLATE_PARAM,
            DEMANGLE_COMPONENT_FUNCTION_PARAM, DEMANGLE_COMPONENT_CTOR, DEMANGLE_COMPONENT_DTOR,
            DEMANGLE_COMPONENT_SUB_STD, DEMANGLE_COMPONENT_BUILTIN_TYPE,
            DEMANGLE_COMPONENT_EXTENDED_BUILTIN_TYPE, DEMANGLE_COMPONENT_OPERATOR,
            DEMANGLE_COMPONENT_EXTENDED_OPERATOR, DEMANGLE_COMPONENT_CHARACTER,
            DEMANGLE_COMPONENT_NUMBER, DEMANGLE_COMPONENT_UNNAMED_TYPE:
            nil
        default: unsafe self.number(part(number).u.s_binary.left)
        }
    }

    private func right(_ number: Int) -> Int? {
        switch kind(number) {
        case DEMANGLE_COMPONENT_NAME, DEMANGLE_COMPONENT_TEMPLATE_PARAM,
            DEMANGLE_COMPONENT_FUNCTION_PARAM, DEMANGLE_COMPONENT_SUB_STD,
            DEMANGLE_COMPONENT_BUILTIN_TYPE, DEMANGLE_COMPONENT_EXTENDED_BUILTIN_TYPE,
            DEMANGLE_COMPONENT_OPERATOR, DEMANGLE_COMPONENT_CHARACTER, DEMANGLE_COMPONENT_NUMBER,
            DEMANGLE_COMPONENT_UNNAMED_TYPE, DEMANGLE_COMPONENT_FIXED_TYPE,
            DEMANGLE_COMPONENT_LAMBDA, DEMANGLE_COMPONENT_DEFAULT_ARG:
            nil
        default: unsafe self.number(part(number).u.s_binary.right)
        }
    }

    // MARK: Sizes

    /// How many letters and parts are below a part; nil where they are more than `limit`.
    private mutating func size(of part: Int, in scope: Int, _ depth: Int, _ limit: Int) -> Int? {
        let visit = Visit(part: part, scope: scope)
        if let known = sizes[visit] { return known }
        guard depth < CxxName.deepest, sizes.count < limit else { return nil }
        sizes[visit] = .some(nil)
        var size = 1
        func add(_ more: Int?, times: Int = 1) -> Bool {
            guard let more else { return false }
            let (product, overflow) = more.multipliedReportingOverflow(by: times)
            guard !overflow, product <= limit - size else { return false }
            size += product
            return true
        }
        switch kind(part) {
        case DEMANGLE_COMPONENT_NAME:
            guard add(max(0, unsafe Int(self.part(part).u.s_name.len))) else { return nil }
        case DEMANGLE_COMPONENT_TEMPLATE_PARAM:
            guard scope != CxxName.noScope, !scopes[scope].isForOne else { break }
            let (arguments, outer) = (scopes[scope].arguments, scopes[scope].outer)
            guard add(self.size(of: arguments, in: outer, depth + 1, limit)) else { return nil }
        case DEMANGLE_COMPONENT_PACK_EXPANSION:
            guard let pattern = left(part) else { break }
            guard add(self.size(of: pattern, in: scope, depth + 1, limit)) else { return nil }
            guard scope != CxxName.noScope else { break }
            var one = scopes[scope]
            one.isForOne = true
            guard
                add(
                    self.size(of: pattern, in: number(of: one), depth + 1, limit),
                    times: elementCount(one.arguments))
            else { return nil }
        default:
            if kind(part) == DEMANGLE_COMPONENT_TEMPLATE { templates.insert(part) }
            let (left, right) = (left(part), right(part))
            if let left, kind(left) == DEMANGLE_COMPONENT_TEMPLATE_PARAM { references.insert(part) }
            let inner = innerScope(of: part, in: scope)
            if let left, !add(self.size(of: left, in: inner, depth + 1, limit)) { return nil }
            // What is printed for the name of a template is no part of its arguments.
            let own = kind(part) == DEMANGLE_COMPONENT_TEMPLATE ? scope : inner
            if let right, !add(self.size(of: right, in: own, depth + 1, limit)) { return nil }
        }
        sizes[visit] = size
        return size
    }

    /// The scope of a function's name and type, or of the name of a conversion operator.
    private mutating func innerScope(of part: Int, in scope: Int) -> Int {
        var name = left(part)
        switch kind(part) {
        case DEMANGLE_COMPONENT_TYPED_NAME:
            while let next = name, kind(next) != DEMANGLE_COMPONENT_TEMPLATE {
                name = kind(next) == DEMANGLE_COMPONENT_LOCAL_NAME ? right(next) : left(next)
            }
        case DEMANGLE_COMPONENT_TEMPLATE:
            while let next = name, kind(next) == DEMANGLE_COMPONENT_QUAL_NAME { name = right(next) }
            name = name.flatMap { kind($0) == DEMANGLE_COMPONENT_CONVERSION ? part : nil }
        default: return scope
        }
        guard let name, let arguments = right(name) else { return scope }
        return number(of: Scope(arguments: arguments, outer: scope))
    }

    private mutating func number(of scope: Scope) -> Int {
        if let known = scopeNumbers[scope] { return known }
        scopes.append(scope)
        scopeNumbers[scope] = scopes.count - 1
        return scopes.count - 1
    }

    /// The elements of a list of arguments, and of packs in it.
    private func elementCount(_ list: Int) -> Int {
        var (count, next) = (0, Optional(list))
        while let list = next, kind(list) == DEMANGLE_COMPONENT_TEMPLATE_ARGLIST, count <= partCount
        {
            var pack = left(list)
            count += 1
            while let inner = pack, kind(inner) == DEMANGLE_COMPONENT_TEMPLATE_ARGLIST,
                count <= partCount
            {
                count += 1
                pack = right(inner)
            }
            next = right(list)
        }
        return count
    }
}
