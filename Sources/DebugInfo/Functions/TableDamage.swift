/// What is wrong with the tables of an ELF file that say where functions are: of each the first place.
final class TableDamage {
    /// The table, the place, and what is wrong, one line each.
    private(set) var texts: [String] = []
    private var sections: Set<String> = []

    /// - Parameters:
    ///   - section: the table's section.
    ///   - offset: bytes from the section's beginning; nil for all of it.
    ///   - text: what is wrong there.
    func add(_ section: String, at offset: Int?, _ text: String) {
        guard sections.insert(section).inserted else { return }
        let place = offset.map { "\(section), byte \($0)" } ?? section
        texts.append("\(place): \(text); functions are left out")
    }
}
