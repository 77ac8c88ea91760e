import Reports
import Testing

@Suite struct JSONWriterTests {
    private func document(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter(format: "covtool-test", version: 3)
        write(&json)
        var text = ""
        json.end(to: &text)
        return text
    }

    @Test func beginsWithFormatAndVersion() {
        #expect(document { _ in } == "{\n\"format\": \"covtool-test\",\n\"version\": 3\n}\n")
    }

    @Test func members() {
        let text = document { json in
            json.beginArray("list", .block)
            json.beginObject()
            json.member("text", "a\"b\u{1}")
            json.member("nothing", String?.none)
            json.member("large", UInt64.max)
            json.member("none", Int?.none)
            json.member("share", digits: "12.50")
            json.member("words", ["a", "b"], isOnNewLine: true)
            json.member("numbers", [1, 2])
            json.member("empty", [Int]())
            json.endObject()
            json.endArray()
        }
        let lines = text.split(separator: "\n").map(String.init)
        #expect(
            lines[3...] == [
                "\"list\": [",
                #"{"text": "a\"b\u0001", "nothing": null, "large": 18446744073709551615, "#
                    + #""none": null, "share": 12.50,"#,
                #""words": ["a", "b"], "numbers": [1, 2], "empty": []}"#, "]", "}",
            ])
    }

    @Test(arguments: [
        (JSONWriter.Layout.line, "[{}, {}]"), (.lines, "[{},\n{}]"), (.block, "[\n{},\n{}\n]"),
    ])
    func layouts(_ layout: JSONWriter.Layout, _ expected: String) {
        let text = document { json in
            json.beginArray("full", layout)
            for _ in 0..<2 {
                json.beginObject()
                json.endObject()
            }
            json.endArray()
            json.beginArray("empty", layout)
            json.endArray()
        }
        #expect(text.hasSuffix("\"full\": \(expected),\n\"empty\": []\n}\n"))
    }

    /// What is handed on in pieces is the same document.
    @Test func flushes() {
        func write(_ flush: (inout JSONWriter) -> Void) -> JSONWriter {
            var json = JSONWriter(format: "covtool-test", version: 1)
            json.beginArray("numbers", .block)
            for number in 0..<10_000 {
                json.beginObject()
                json.member("number", number)
                json.endObject()
                flush(&json)
            }
            json.endArray()
            return json
        }
        var (pieces, whole, count) = ("", "", 0)
        var json = write {
            let before = pieces.utf8.count
            $0.flush(to: &pieces)
            count += pieces.utf8.count > before ? 1 : 0
        }
        json.end(to: &pieces)
        json = write { _ in }
        json.end(to: &whole)
        #expect(pieces == whole)
        #expect(count > 5)
    }
}
