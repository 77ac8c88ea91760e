import Coverage
import Trace

/// The names of pages' files. A name comes of the path alone, whatever other files there are, so that a link goes on
/// to lead where it led; it is readable, and can be a file's name and a part of an address everywhere.
struct PageNames {
    private static let mostReadable = 48
    /// What Windows takes for devices, with any extension.
    private static let devices: Set<String> = Set(
        ["con", "prn", "aux", "nul"] + (1...9).flatMap { ["com\($0)", "lpt\($0)"] })

    private var taken: Set<String> = []

    /// The name for a path, without an extension. Of two paths that come to one name, which takes intent, the later
    /// one has a number.
    mutating func name(for path: String) -> String {
        let bytes = PathText.bytes(of: path)
        let name = PageNames.readable(path) + "-" + PageNames.digits(of: bytes)
        var (unused, number) = (name, 1)
        // Not all file systems tell capitals from small letters.
        while !taken.insert(unused.lowercased()).inserted {
            number += 1
            unused = "\(name)-\(number)"
        }
        return unused
    }

    /// What of the last part of a path any file's name can hold.
    private static func readable(_ path: String) -> String {
        let name = SourcePath.baseName(path).utf8.prefix(mostReadable).map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                byte
            default: UInt8(ascii: "_")
            }
        }
        let text = String(decoding: name, as: UTF8.self)
        let stem = text.prefix { $0 != "." }.lowercased()
        let isSpecial = devices.contains(stem) || text.first.map { ".-".contains($0) } ?? true
        return isSpecial ? "_" + text : text
    }

    /// 48 bits of all bytes (FNV-1a, with its high bits mixed into the others).
    private static func digits(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash ^= hash >> 32
        hash = hash &* 0x9E37_79B9_7F4A_7C15
        let digits = String(hash >> 16, radix: 16)
        return String(repeating: "0", count: 12 - digits.utf8.count) + digits
    }

    /// Whether this can be the name of a page, with or without its extension.
    static func isPage(_ name: some StringProtocol) -> Bool {
        let parts = name.split(separator: "-")
        func isHash(_ part: some StringProtocol) -> Bool {
            part.utf8.count == 12
                && part.utf8.allSatisfy {
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
                }
        }
        return parts.suffix(2).contains(where: isHash)
    }
}
