/// An object that a callback gets, by the word that was registered with it.
///
/// The library retains the object when it is registered (`keeping:`), and releases it when QEMU has
/// forgotten all translated code and with it the callback: no vCPU executes then. Nothing is counted
/// or locked when the callback comes.
///
/// ```swift
/// block.onExecution(keeping: counter) { _, word in
///     unsafe Kept<Counter>.use(word) { $0.count &+= 1 }
/// }
/// ```
///
/// Callbacks overlap, so what such an object's properties hold must be atomic, or belong to one vCPU, or
/// may be wrong by a little.
public enum Kept<Object: AnyObject & Sendable> {
    /// Hands over the object behind a callback's word, nil where the word is 0.
    ///
    /// The word must be that of a registration that keeps an object of this type.
    @unsafe
    @inlinable
    public static func use<Result>(_ word: UInt, _ body: (Object) -> Result) -> Result? {
        guard let address = unsafe UnsafeRawPointer(bitPattern: word) else { return nil }
        return unsafe Unmanaged<Object>.fromOpaque(address)._withUnsafeGuaranteedRef(body)
    }
}
