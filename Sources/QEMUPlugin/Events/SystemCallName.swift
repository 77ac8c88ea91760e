public import CQEMUPlugin

extension HostInformation {
    /// Linux's name of a system call of the guest, such as `openat`, by its number in ``SystemCall`` or
    /// ``SystemCallReturn``; nil where it is not known.
    ///
    /// Known are the calls of Linux 7.1 on x86, ARM, 64-bit RISC-V and s390x. It looks through a list of some five
    /// hundred names: where that is too slow, count by number and ask for the name at the end.
    @export(implementation)
    public func systemCallName(_ number: Int64) -> String? {
        // This is compiled where it is used: a plugin that does not ask has no names in it.
        unsafe targetName.withUnsafeBufferPointer { target in
            guard let name = unsafe qemu_system_call_name(target.baseAddress, target.count, number)
            else { return nil }
            return unsafe String(cString: name)
        }
    }
}
