import CovtoolKit
import Testing

@Suite struct LimitTests {
    @Test func times() throws {
        let times = [
            "1": 1, "1000": 1000, "1000ms": 1000, "5s": 5000, "0.5s": 500, "1.25s": 1250,
            "0.001s": 1, "2147483647s": 2_147_483_647_000,
        ]
        for (text, milliseconds) in times {
            #expect(try TimeLimit(text: text).milliseconds == milliseconds, "\(text)")
        }
        #expect(try TimeLimit(text: "none").milliseconds == nil)
        for text in [
            "", "0", "0s", "0.0s", "-1", "+5", "s", "ms", ".5s", "5.s", "0.0001s", "0.5", "0.5ms",
            "1e3", "2147483648", "99999999999999999999s", "1.5.5s", "5 s", "\u{665}s",
        ] {
            #expect(throws: InvalidValue.self, "\(text)") { try TimeLimit(text: text) }
        }
    }
}
