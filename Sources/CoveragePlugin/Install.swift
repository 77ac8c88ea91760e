public import CQEMUPlugin
import QEMUPluginEmbedded

/// What QEMU calls once it has loaded the library; anything but 0 stops it from starting.
@c @implementation
public func qemu_plugin_install(
    _ id: UInt64, _ info: UnsafePointer<qemu_info_t>!, _ argc: CInt,
    _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> CInt {
    let failure: CInt = 1
    guard
        let installation = unsafe Installation(
            id: id, information: info, count: argc, arguments: argv)
    else { return failure }
    if let message = install(installation) {
        message.print()
        return failure
    }
    return 0
}

/// Sets the recording up, or says why it cannot be.
private func install(_ installation: Installation) -> Message? {
    let output: Output
    do throws(OptionError) {
        let options = try Options(installation.arguments)
        do throws(Output.Failure) {
            output = try Output(path: options.output)
        } catch {
            return Message(error).listingOptions()
        }
    } catch {
        return Message(error).listingOptions()
    }
    if installation.host.isSystemEmulation {
        return Message(
            "qemu-system is not supported, only QEMU's user mode (qemu-x86_64 and so on)")
    }
    guard let recorder = Recorder(output: output, host: installation.host) else {
        return Message("out of memory")
    }
    installation.plugin.onTranslation { recorder.translated($0) }
    installation.plugin.onSystemCallReturn { recorder.systemCallReturned($0) }
    installation.plugin.onExit { recorder.finish() }
    return nil
}
