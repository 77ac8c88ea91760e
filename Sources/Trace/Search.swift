extension RandomAccessCollection where Index == Int {
    /// The first index whose element satisfies `belongs`, in a collection where all that do stand
    /// behind all that do not; the end where none does.
    @inlinable
    public func partitioningIndex(_ belongs: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
