/// Floating-point operations of matrix products, counted from their shapes.
public struct WorkCount: Sendable, Equatable {
    /// As a plain implementation makes them: two for each multiply-add with dense inputs, nothing saved by an algorithm,
    /// nothing computed once for many rows.
    public internal(set) var nominal = 0
    /// As they are made here: two for each multiply-add, one for each addition of a looked-up row.
    public internal(set) var executed = 0

    public init() {}

    public static func + (a: WorkCount, b: WorkCount) -> WorkCount {
        var sum = a
        sum.nominal += b.nominal
        sum.executed += b.executed
        return sum
    }
}

/// The work of a tape's products, charged to the part of a step that they belong to; a backward product belongs to the
/// part that recorded the forward one.
public struct WorkLedger: Sendable {
    /// Where work goes, and for how many rows a plain implementation would do it in the place of how many here.
    struct Charge: BitwiseCopyable {
        var part = PartClock.other
        var plainRows = 1
        var rows = 1
    }

    private var counts = [WorkCount](repeating: WorkCount(), count: PartClock.parts)
    var charge = Charge()
    /// Rows of a plain implementation's backward pass, where it differs.
    var plainRowsBackward = 1

    /// The work of `part` so far, a number of the clock.
    public subscript(part: Int) -> WorkCount { counts[part] }

    public var total: WorkCount { counts.reduce(WorkCount(), +) }

    /// Where the backward pass of what is recorded now goes.
    var backwardCharge: Charge { Charge(part: charge.part, plainRows: plainRowsBackward, rows: charge.rows) }

    /// - Parameters:
    ///   - multiplyAdds: of the dense product.
    ///   - operations: that are really made.
    mutating func add(multiplyAdds: Int, operations: Int) {
        counts[charge.part].nominal += 2 * multiplyAdds * charge.plainRows / charge.rows
        counts[charge.part].executed += operations
    }
}

extension Tape {
    /// Runs `body`, whose products are made for `rows` rows in all, where a plain implementation makes them for `plainRows`
    /// and their gradients for `plainRowsBackward`.
    public func sharing<Result>(
        _ rows: Int, insteadOf plainRows: Int, backward plainRowsBackward: Int, _ body: () throws -> Result
    ) rethrows -> Result {
        let (charge, backward) = (work.charge, work.plainRowsBackward)
        (work.charge.plainRows, work.charge.rows) = (plainRows, rows)
        work.plainRowsBackward = plainRowsBackward
        defer { (work.charge, work.plainRowsBackward) = (charge, backward) }
        return try body()
    }
}
