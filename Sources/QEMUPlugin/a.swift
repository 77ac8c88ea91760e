import CQEMUPlugin
public func outs() { unsafe qemu_plugin_outs("hi") }
