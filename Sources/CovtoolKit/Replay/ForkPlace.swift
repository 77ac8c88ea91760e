import DebugInfo

/// Where a program has to come to before it is forked for each input.
public struct ForkPlace: Sendable {
    /// As libcov.so takes it: a module, a plus sign, and an offset from the module's base; or an address.
    public let text: String

    /// - Parameters:
    ///   - given: a function of the program, `MODULE+OFFSET`, or an address.
    ///   - program: the program's path.
    /// - Throws: ``Failure`` where there is no such function, or several.
    public init(_ given: String, in program: String) throws(Failure) {
        if ForkPlace.isOffset(given) || AddressText.address(given) != nil {
            text = given
            return
        }
        let offsets: [UInt64]
        do throws(DebugInfoError) {
            offsets = try ElfFolders().open(program).offsets(ofFunction: given)
        } catch {
            throw Failure(elf: program, error)
        }
        guard let offset = offsets.first else {
            throw Failure(
                .badData,
                "\(program): has no function called \(given); name a place as MODULE+OFFSET")
        }
        guard offsets.count == 1 else {
            let places = offsets.map { "\(FilePath.name(program))+\(hex($0))" }
            throw Failure(
                .badData,
                """
                \(program): has several functions called \(given); name one of them as \
                \(places.joined(separator: " or "))
                """)
        }
        text = "\(FilePath.absolute(program))+\(hex(offset))"
    }

    /// Whether the text is `MODULE+OFFSET`: names of C++ can have a plus sign, but no number behind it.
    private static func isOffset(_ text: String) -> Bool {
        guard let plus = text.lastIndex(of: "+"), plus != text.startIndex else { return false }
        let number = text[text.index(after: plus)...]
        return UInt64(number) != nil || AddressText.address(number) != nil
    }
}
