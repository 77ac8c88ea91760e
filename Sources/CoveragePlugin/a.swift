public import CQEMUPlugin
import QEMUPluginEmbedded
import DRCovEmbedded
let w = Writer().header(
    modules: [Module(id: 0, start: 0, end: 4096, path: [0x41])], is32Bit: false, blockCount: 1)
@c @implementation public func qemu_plugin_install(
    _ id: UInt64, _ info: UnsafePointer<qemu_info_t>!, _ argc: CInt,
    _ argv: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>!
) -> CInt { outs(); return CInt(w.count) }
