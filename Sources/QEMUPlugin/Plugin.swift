import CHost
public import CQEMUPlugin

/// QEMU's call of a library that it has loaded (`qemu_plugin_install`), for ``Plugin/install(_:)``.
public typealias InstallCall = qemu_install_call

/// A plugin: a class that QEMU has one object of, made when it installs the plugin.
///
/// Which events it wants, it says by conforming to their protocols; only those are registered:
/// ``TranslationObserver``, ``SystemCallObserver``, ``SystemCallReturnObserver``,
/// ``SystemCallFilter``, ``VCPUStartObserver``, ``VCPUEndObserver``, ``VCPUIdleObserver``,
/// ``VCPUResumeObserver``, ``DiscontinuityObserver``, ``FlushObserver``, ``ExitObserver``. What is to
/// happen when code is executed or memory is accessed is asked for by a ``TranslationObserver``, for
/// each block and instruction.
///
/// The library that QEMU loads has one function, which says what its plugin is:
///
/// ```swift
/// @c(swift_plugin_install)
/// public func install(_ call: InstallCall) -> CInt { HotBlocks.install(call) }
/// ```
///
/// Callbacks come on many threads and overlap where their protocol does not say otherwise.
public protocol Plugin: AnyObject, Sendable {
    /// What its messages begin with, such as `hotblocks`.
    static var name: StaticString { get }

    /// Events that it observes where QEMU has them, and goes without where not; none if it does not
    /// say. An event that is missing is an error at install otherwise.
    static var optionalEvents: [Feature] { get }

    /// Sets it up, or says why it cannot work, upon which QEMU ends.
    ///
    /// There is no vCPU yet, no guest and no second thread.
    ///
    /// - Throws: what the user is to read; QEMU's lacks, as methods of the library throw them, and the plugin's
    ///   own words.
    init(_ installation: Installation) throws(PluginError)

    /// For the library's own use; the event's protocol replaces it by a registration.
    @_documentation(visibility: internal)
    func _observeTranslation(_ emulator: Emulator)
    /// For the library's own use; the event's protocol replaces it by a registration.
    @_documentation(visibility: internal)
    func _observeSystemCalls(_ emulator: Emulator)
    /// For the library's own use; the event's protocol replaces it by a registration.
    @_documentation(visibility: internal)
    func _observeSystemCallReturns(_ emulator: Emulator)
    /// For the library's own use; the event's protocol replaces it by a registration.
    @_documentation(visibility: internal)
    func _filterSystemCalls(_ emulator: Emulator) -> Feature?
    /// For the library's own use; the event's protocol replaces it by a registration.
    @_documentation(visibility: internal)
    func _observeVCPUStart(_ emulator: Emulator)
    /// For the library's own use; the event's protocol replaces it by a registration.
    @_documentation(visibility: internal)
    func _observeVCPUEnd(_ emulator: Emulator)
    /// For the library's own use; the event's protocol replaces it by a registration.
    @_documentation(visibility: internal)
    func _observeVCPUIdle(_ emulator: Emulator)
    /// For the library's own use; the event's protocol replaces it by a registration.
    @_documentation(visibility: internal)
    func _observeVCPUResume(_ emulator: Emulator)
    /// For the library's own use; the event's protocol replaces it by a registration.
    @_documentation(visibility: internal)
    func _observeDiscontinuities(_ emulator: Emulator) -> Feature?
    /// For the library's own use; the event's protocol replaces it by a registration.
    @_documentation(visibility: internal)
    func _observeFlush(_ emulator: Emulator)
    /// For the library's own use; the event's protocol replaces it by a registration.
    @_documentation(visibility: internal)
    func _observeExit(_ emulator: Emulator)
}

extension Plugin {
    /// None.
    public static var optionalEvents: [Feature] { [] }

    /// For the library's own use: not wanted.
    @_documentation(visibility: internal)
    public func _observeTranslation(_ emulator: Emulator) {}
    /// For the library's own use: not wanted.
    @_documentation(visibility: internal)
    public func _observeSystemCalls(_ emulator: Emulator) {}
    /// For the library's own use: not wanted.
    @_documentation(visibility: internal)
    public func _observeSystemCallReturns(_ emulator: Emulator) {}
    /// For the library's own use: not wanted.
    @_documentation(visibility: internal)
    public func _filterSystemCalls(_ emulator: Emulator) -> Feature? { nil }
    /// For the library's own use: not wanted.
    @_documentation(visibility: internal)
    public func _observeVCPUStart(_ emulator: Emulator) {}
    /// For the library's own use: not wanted.
    @_documentation(visibility: internal)
    public func _observeVCPUEnd(_ emulator: Emulator) {}
    /// For the library's own use: not wanted.
    @_documentation(visibility: internal)
    public func _observeVCPUIdle(_ emulator: Emulator) {}
    /// For the library's own use: not wanted.
    @_documentation(visibility: internal)
    public func _observeVCPUResume(_ emulator: Emulator) {}
    /// For the library's own use: not wanted.
    @_documentation(visibility: internal)
    public func _observeDiscontinuities(_ emulator: Emulator) -> Feature? { nil }
    /// For the library's own use: not wanted.
    @_documentation(visibility: internal)
    public func _observeFlush(_ emulator: Emulator) {}
    /// For the library's own use: not wanted.
    @_documentation(visibility: internal)
    public func _observeExit(_ emulator: Emulator) {}

    /// Makes the plugin's object and registers its events; to be called from `swift_plugin_install`. What
    /// goes wrong is said on standard error: what `init` throws, an event that QEMU does not have, and
    /// arguments where the plugin has not asked for any.
    ///
    /// - Returns: what QEMU is to be given back: other than 0 stops it.
    public static func install(_ call: InstallCall) -> CInt {
        let failure: CInt = 1
        do throws(PluginError) {
            guard unsafe Handlers.registerAll == nil else {
                throw PluginError(StaticString("loaded twice").bytes)
            }
            let installation = try Installation(call)
            if !installation.host.isSystemEmulation { _ = host_library_lock_over_forks() }
            let plugin = try Self(installation)
            try installation.refuseUnread()
            try plugin.register(on: installation.emulator)
            // What misses here would have missed above.
            unsafe Handlers.registerAll = { try? plugin.register(on: installation.emulator) }
            return 0
        } catch {
            StandardError.write(error.line(from: name))
            return failure
        }
    }

    private func register(on emulator: Emulator) throws(PluginError) {
        _observeTranslation(emulator)
        _observeSystemCalls(emulator)
        _observeSystemCallReturns(emulator)
        _observeVCPUStart(emulator)
        _observeVCPUEnd(emulator)
        _observeVCPUIdle(emulator)
        _observeVCPUResume(emulator)
        _observeFlush(emulator)
        registerFlush(emulator)
        _observeExit(emulator)
        for missing in [_filterSystemCalls(emulator), _observeDiscontinuities(emulator)] {
            guard let missing, !Self.optionalEvents.contains(missing) else { continue }
            throw .unavailable(missing)
        }
    }
}
