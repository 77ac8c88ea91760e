import Coverage
import Trace

/// Code for people: a line for each instruction, `COUNT|ADDRESS: INSTRUCTION`, with the lines of sources between, and
/// behind each conditional jump the ways that it went.
///
/// What was missed has `#####`, as in the listing of a source, and is faint where there are colours.
public struct DisassemblyText: Sendable {
    private static let missed = "#####"
    /// Counts up to 99999, and `#####`.
    private static let leastCount = 5
    /// What most names of instructions fit into.
    private static let mnemonicWidth = 7

    /// Whether instructions' bytes are shown.
    public var hasBytes = false
    /// For a terminal or not.
    public var style = TextStyle()
    private var isFirst = true

    /// Text for a file, without bytes.
    public init() {}

    /// Writes a stretch of code, behind an empty line if it is not the first.
    public mutating func write(
        _ code: DisassembledCode, of module: DisassembledModule,
        to output: inout some ByteOutputStream
    ) {
        if !isFirst { output.write("\n") }
        isFirst = false
        output.write(heading(code, module))
        let widths = Widths(code, hasBytes: hasBytes)
        var (last, end): (CodeListing.SourceLine?, UInt64?) = (nil, nil)
        for line in code.lines {
            if let end, end != line.address {
                output.write("\(padded("", widths.count))|...\n")
            }
            end = line.address &+ UInt64(line.size)
            if let source = line.source, source != last {
                write(source, line.sourceText, widths, to: &output)
            }
            last = line.source ?? last
            write(line, widths, to: &output)
        }
    }

    private struct Widths {
        var count: Int
        var address: Int
        var bytes = 0

        init(_ code: DisassembledCode, hasBytes: Bool) {
            count = max(
                leastCount, code.lines.reduce(0) { max($0, "\($1.hits)".utf8.count) })
            let last = code.lines.last?.address ?? 0
            address = max(8, String(last, radix: 16).utf8.count)
            if hasBytes { bytes = code.lines.reduce(0) { max($0, $1.bytes.count) } * 3 }
        }
    }

    private func heading(_ code: DisassembledCode, _ module: DisassembledModule) -> String {
        let count = code.instructions
        let name = code.name.map { "<\(style.visible($0))>" } ?? "(in no function)"
        var parts = [style.visible(SourcePath.baseName(module.path))]
        if let source = code.source { parts.append(place(source)) }
        if !code.isWhole, code.name != nil { parts.append("a part") }
        let share = style.coloured(Percent.text(count), count.colour)
        parts.append("\(count.hit) of \(count.found) instructions hit (\(share))")
        let digits = String(code.address, radix: 16)
        let address =
            String(repeating: "0", count: max(0, module.addressDigits - digits.utf8.count)) + digits
        return "\(address) \(name): \(parts.joined(separator: ", "))\n"
    }

    private func place(_ source: CodeListing.SourceLine) -> String {
        "\(style.visible(SourcePath.baseName(source.path))):\(source.line)"
    }

    private func write(
        _ source: CodeListing.SourceLine, _ text: [UInt8]?, _ widths: Widths,
        to output: inout some ByteOutputStream
    ) {
        output.write("\(padded("", widths.count))|\(place(source)):")
        if let text {
            output.write(" ")
            if style.isForTerminal {
                output.write(VisibleText.shown(text))
            } else {
                output.write(text[...])
            }
        }
        output.write("\n")
    }

    private func write(
        _ line: DisassembledCode.Line, _ widths: Widths, to output: inout some ByteOutputStream
    ) {
        let isMissed = !line.isData && line.hits == 0
        let count = line.isData ? "" : isMissed ? DisassemblyText.missed : "\(line.hits)"
        let address = String(line.address, radix: 16)
        var text = "\(padded(count, widths.count))|\(padded(address, widths.address)):  "
        if hasBytes {
            let bytes = line.bytes.map { CollectionOfOne($0).hexadecimal + " " }.joined()
            text += bytes + String(repeating: " ", count: widths.bytes - bytes.utf8.count + 1)
        }
        text += line.mnemonic
        if !line.operands.isEmpty {
            let space = max(1, DisassemblyText.mnemonicWidth - line.mnemonic.utf8.count)
            text += String(repeating: " ", count: space) + line.operands
        }
        if let name = line.targetName { text += " <\(style.visible(name))>" }
        if isMissed { text = style.faint(text) }
        if let jump = line.jump {
            let remark = "  ; \(DisassemblyText.remark(jump))"
            text +=
                isMissed
                ? style.faint(remark)
                : style.coloured(remark, jump.verdict == .both ? nil : .yellow)
        }
        output.write(text + "\n")
    }

    /// Which ways a jump went, and how often.
    private static func remark(_ jump: ModuleFunctions.Jump) -> String {
        func text(_ count: UInt64?, _ isLeast: Bool) -> String {
            count.map { isLeast ? "at least \($0)" : "\($0)" } ?? "?"
        }
        let taken = text(jump.taken, jump.takenIsLeast)
        let fell = text(jump.fellThrough, jump.fellThroughIsLeast)
        switch jump.verdict {
        case .both: return "both: \(taken) taken, \(fell) fell"
        case .taken: return "taken only: \(taken)"
        case .fallThrough: return "fell only: \(fell)"
        case .never: return "never"
        case .unknown: return "unknown: \(taken) taken, \(fell) fell"
        }
    }

    private func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
