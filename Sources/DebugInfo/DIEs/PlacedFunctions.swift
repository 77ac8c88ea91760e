/// The functions that were read, by where they are entered and what they are called.
struct PlacedFunctions {
    private struct Place: Hashable {
        var entry: UInt64
        var name: String
    }

    /// The name of the first function at an address.
    private var first: [UInt64: String] = [:]
    /// Others, whose code a linker has found to be the same.
    private var others: Set<Place> = []

    /// Adds a function.
    ///
    /// - Returns: whether it is a new one.
    mutating func insert(_ function: FunctionDescription, at entry: UInt64) -> Bool {
        let name = function.linkageName ?? function.name ?? ""
        guard let known = first[entry] else {
            first[entry] = name
            return true
        }
        return known != name && others.insert(Place(entry: entry, name: name)).inserted
    }
}
