extension Module {
    /// Whether the row, where it is the only one, makes of the blocks that `forEach` gives some whose starts
    /// are taken for addresses. Who writes such a row for offsets leaves its entry out.
    public func makesStartsAbsolute(_ forEach: ((Block) -> Void) -> Void) -> Bool {
        guard entry != 0, !isAbsolute else { return false }
        let row = self
        let absolute = UInt32(truncatingIfNeeded: row.entry)
        let relative = UInt32(truncatingIfNeeded: row.entry &- row.start)
        guard absolute != relative else { return false }
        var (hasAbsolute, hasRelative) = (false, false)
        forEach { block in
            hasAbsolute = hasAbsolute || block.start == absolute
            hasRelative = hasRelative || block.start == relative
        }
        return hasAbsolute && !hasRelative
    }
}
