/// The number in the file's first line. It says from which address a block's `start` counts.
public enum Version: Int, CaseIterable, Sendable {
    /// From the base of the module that contains the row, whichever of its rows the block names.
    case two = 2
    /// From the start of the row that the block names.
    case three = 3
}
