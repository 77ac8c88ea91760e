/// `value` as it stands in drcov files and disassemblies.
func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
