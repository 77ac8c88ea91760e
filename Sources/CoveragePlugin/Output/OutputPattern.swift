import TraceEmbedded

/// The value of `out`, in which `%p` stands for the process's number, `%b` for the program's name,
/// `%h` for the machine's and `%%` for a percent sign.
struct OutputPattern {
    /// A letter behind a percent sign that stands for nothing.
    struct UnknownPlaceholder: Error {
        let letter: UInt8
    }

    private enum Part {
        case text([UInt8])
        case process
        case program
        case host
    }

    private var parts: [Part] = []

    init(_ path: HostPath) throws(UnknownPlaceholder) {
        var text: [UInt8] = []
        var isPlaceholder = false
        for byte in path.bytes {
            guard isPlaceholder else {
                if byte == UInt8(ascii: "%") { isPlaceholder = true } else { text.append(byte) }
                continue
            }
            isPlaceholder = false
            let part: Part
            switch byte {
            case UInt8(ascii: "%"):
                text.append(byte)
                continue
            case UInt8(ascii: "p"): part = .process
            case UInt8(ascii: "b"): part = .program
            case UInt8(ascii: "h"): part = .host
            default: throw UnknownPlaceholder(letter: byte)
            }
            parts += [.text(text), part]
            text = []
        }
        guard !isPlaceholder else { throw UnknownPlaceholder(letter: UInt8(ascii: "%")) }
        parts.append(.text(text))
    }

    /// Whether each process has a file of its own by its name.
    var namesProcess: Bool {
        parts.contains { if case .process = $0 { true } else { false } }
    }

    /// Whether it depends on the program.
    var namesProgram: Bool {
        parts.contains { if case .program = $0 { true } else { false } }
    }

    /// The path for a process that runs `program`.
    func path(program: [UInt8]) -> HostPath {
        var path = TextBuffer()
        for part in parts {
            switch part {
            case .text(let text): path.append(text)
            case .process: path.append(decimal: Int(HostProcess.id))
            case .program: path.append(HostPath(program).name)
            case .host: path.append(HostProcess.hostName)
            }
        }
        return HostPath(path.bytes)
    }
}
