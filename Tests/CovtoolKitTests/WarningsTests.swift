import Testing

@testable import CovtoolKit

@Suite struct WarningsTests {
    private let messages = Messages()

    @Test func aWarningIsSaid() {
        let warnings = messages.warnings()
        let first = failure { () throws(Failure) in try warnings.warn("one") }
        let second = failure { () throws(Failure) in
            try warnings.warn(Failure(.inputOutput, "two", hint: "try this"))
        }
        #expect(first == nil && second == nil)
        #expect(messages.all == [.warning("one"), .warning("two")])
    }

    @Test func aStrictWarningIsTheEnd() {
        let warnings = messages.warnings(isStrict: true)
        let end = failure { () throws(Failure) in try warnings.warn("one") }
        #expect(end?.status == .badData)
        #expect(end?.message == "one")
        #expect(messages.all.isEmpty)
    }

    /// The failure's own status and hint stay.
    @Test func aStrictFailureIsThrownAsItIs() {
        let warnings = messages.warnings(isStrict: true)
        let end = failure { () throws(Failure) in
            try warnings.warn(Failure(.missingInput, "two", hint: "try this"))
        }
        #expect(end?.status == .missingInput)
        #expect(end?.message == "two")
        #expect(end?.hint == "try this")
        #expect(messages.all.isEmpty)
    }

    @Test(arguments: [false, true])
    func whatIsNoErrorIsSaidInAnyCase(_ isStrict: Bool) {
        let warnings = messages.warnings(isStrict: isStrict)
        warnings.say("one")
        warnings.warnAnyway("two")
        #expect(messages.all == [.note("one"), .warning("two")])
    }

    @Test(arguments: [(false, false), (false, true), (true, false), (true, true)])
    func aConditionMakesErrorsAndTakesNoneAway(_ isStrict: Bool, _ condition: Bool) {
        let warnings = messages.warnings(isStrict: isStrict).asErrors(if: condition)
        let isError = isStrict || condition
        #expect(warnings.isStrict == isError)
        let end = failure { () throws(Failure) in try warnings.warn("one") }
        #expect((end != nil) == isError)
        #expect(messages.all == (isError ? [] : [.warning("one")]))
    }
}
