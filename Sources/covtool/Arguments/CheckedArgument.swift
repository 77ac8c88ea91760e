import ArgumentParser
import CovtoolKit

/// An option's value; what is wrong with it is said as the argument parser says it.
func checked<Value>(_ text: String, _ make: (String) throws(InvalidValue) -> Value) throws -> Value
{
    do throws(InvalidValue) {
        return try make(text)
    } catch {
        throw ValidationError(error.message)
    }
}
