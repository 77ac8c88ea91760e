/// A growth curve as a picture: SVG 1.1, inputs to the right, blocks upwards.
public enum GrowthPicture {
    private static let width = 720
    private static let height = 440
    /// Where the axes are.
    private static let (left, right, top, bottom) = (80, 700, 24, 384)
    private static let mostTicks = 6

    /// Writes the picture.
    public static func write(_ curve: GrowthCurve, to output: inout some TextOutputStream) {
        let inputs = Axis(curve.inputCount, mostTicks), blocks = Axis(curve.blockCount, mostTicks)
        func x(_ count: Int) -> Int { left * 10 + (right - left) * 10 * count / inputs.end }
        func y(_ count: Int) -> Int { bottom * 10 - (bottom - top) * 10 * count / blocks.end }
        let title =
            "\(Amount.text(curve.blockCount, "block")) reached by \(Amount.text(curve.inputCount, "input"))"
        output.write(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" font-family="sans-serif" font-size="13">
            <title>\(title)</title>
            <rect width="\(width)" height="\(height)" fill="white"/>

            """)
        for tick in blocks.ticks {
            line(from: (left * 10, y(tick)), to: (right * 10, y(tick)), &output)
            text("\(tick)", x: left * 10 - 80, y: y(tick) + 45, anchor: "end", &output)
        }
        for tick in inputs.ticks {
            line(from: (x(tick), bottom * 10), to: (x(tick), bottom * 10 + 60), &output)
            text("\(tick)", x: x(tick), y: bottom * 10 + 210, anchor: "middle", &output)
        }
        text(
            "inputs", x: (left + right) * 5, y: height * 10 - 120, anchor: "middle", &output)
        output.write(
            """
            <text transform="translate(16 \((top + bottom) / 2)) rotate(-90)" text-anchor="middle">blocks</text>
            <path d="M\(left) \(top)V\(bottom)H\(right)" fill="none" stroke="#444444"/>
            <path d="M\(tenths(x(0))) \(tenths(y(0)))
            """)
        // Between inputs that add something, nothing grows: the curve is one of steps. Those that no eye would tell
        // apart are one.
        var last = x(0)
        var height: Int?
        for point in curve.points {
            let next = x(point.inputs)
            if next > last {
                if let height { output.write("V\(tenths(height))") }
                output.write("H\(tenths(next))")
                last = next
            }
            height = y(point.blocks)
        }
        if let height { output.write("V\(tenths(height))") }
        output.write(
            """
            H\(tenths(x(curve.inputCount)))" fill="none" stroke="#1f5fa8" stroke-width="2"/>
            </svg>

            """)
    }

    private static func line(
        from start: (Int, Int), to end: (Int, Int), _ output: inout some TextOutputStream
    ) {
        output.write(
            """
            <path d="M\(tenths(start.0)) \(tenths(start.1))L\(tenths(end.0)) \(tenths(end.1))" stroke="#dddddd"/>

            """)
    }

    private static func text(
        _ text: String, x: Int, y: Int, anchor: String, _ output: inout some TextOutputStream
    ) {
        output.write(
            """
            <text x="\(tenths(x))" y="\(tenths(y))" text-anchor="\(anchor)">\(text)</text>

            """)
    }

    /// A number of tenths, 0 or more.
    private static func tenths(_ number: Int) -> String { "\(number / 10).\(number % 10)" }
}

/// An axis from 0, with ticks at round numbers.
private struct Axis {
    /// Where it ends; 1 or more.
    let end: Int
    let ticks: [Int]

    /// - Parameter most: how many ticks there are besides 0.
    init(_ end: Int, _ most: Int) {
        self.end = max(1, end)
        var (step, decade) = (1, 1)
        search: while true {
            for factor in [1, 2, 5] {
                step = factor * decade
                if self.end / step <= most { break search }
            }
            decade *= 10
        }
        ticks = Array(stride(from: 0, through: self.end, by: step))
    }
}
