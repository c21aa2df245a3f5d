/// Which of a task's achievements an episode has seen: a bit for each, in the order of the task's list.
public struct Achievements: Sendable, Equatable {
    public let bits: UInt64

    /// - Parameter bits: those beyond a task's list mean nothing.
    public init(bits: UInt64 = 0) {
        self.bits = bits
    }

    /// - Parameter names: those that are not among `all` are left out.
    public init(_ names: [String], of all: [String]) {
        precondition(all.count <= UInt64.bitWidth, "\(all.count) achievements are more than \(UInt64.bitWidth)")
        bits = all.indices.filter { names.contains(all[$0]) }.reduce(0) { $0 | 1 << UInt64($1) }
    }

    /// Names of those that were seen.
    public func names(of all: [String]) -> [String] {
        all.indices.filter { bits >> UInt64($0) & 1 == 1 }.map { all[$0] }
    }
}
