/// A sum of cells of a grid, with signs: what an experiment is to decide.
public struct Contrast: Sendable, Equatable {
    /// Runs of one task, agent and variant.
    public struct Term: Sendable, Equatable {
        /// 1 or −1.
        public var sign: Double
        /// Names of the runs, without their seeds.
        public var cell: String

        public init(sign: Double, cell: String) {
            self.sign = sign
            self.cell = cell
        }
    }

    public var name: String
    public var terms: [Term]

    public init(name: String, terms: [Term]) {
        self.name = name
        self.terms = terms
    }
}
