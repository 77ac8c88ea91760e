extension LineTable {
    /// A function whose code stands in others, in the place of calls.
    public struct InlinedFunction: Equatable, Sendable {
        /// The name as people write it, demangled where that was asked for.
        public var name: String
        /// The name as the linker would have it.
        public var linkageName: String
        /// An index into ``LineTable/files``, nil where the debug information names no file.
        public var file: Int32?
        /// The line of the declaration, 0 where it is not known.
        public var line: Int32
        /// Whether a compiler has made it of its own accord.
        public var isArtificial: Bool

        /// Makes a function of its fields.
        public init(
            name: String, linkageName: String, file: Int32?, line: Int32, isArtificial: Bool = false
        ) {
            self.name = name
            self.linkageName = linkageName
            self.file = file
            self.line = line
            self.isArtificial = isArtificial
        }
    }

    /// A function's code in the place of one call.
    public struct InlinedCall: Equatable, Sendable {
        /// An index into ``LineTable/inlinedFunctions``.
        public var function: Int32
        /// The inlined call whose code it is part of: a smaller index into
        /// ``LineTable/inlinedCalls``; nil where it is a function's own.
        public var parent: Int32?
        /// Where the call is written: an index into ``LineTable/files``, nil where it is not known.
        public var file: Int32?
        /// The line of the call, 0 where it is not known.
        public var line: Int32
        /// The address at which the code is entered; nil where that is not known.
        public var entry: UInt64?
        /// The addresses of the code; empty where the compiler left nothing of it.
        public var ranges: [Range<UInt64>]

        /// Makes a call of its fields.
        public init(
            function: Int32, parent: Int32?, file: Int32?, line: Int32, entry: UInt64?,
            ranges: [Range<UInt64>]
        ) {
            self.function = function
            self.parent = parent
            self.file = file
            self.line = line
            self.entry = entry
            self.ranges = ranges
        }
    }
}
