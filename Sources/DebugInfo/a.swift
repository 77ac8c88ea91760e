import CElfutils
public func v() { _ = elf_version(1) }
