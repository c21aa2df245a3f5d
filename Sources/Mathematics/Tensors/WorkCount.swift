/// Floating-point operations that matrix products really make, counted from their shapes: two for each multiply-add,
/// one for each addition of a looked-up row.
public struct WorkCount: Sendable {
    public private(set) var operations = 0

    public init() {}

    mutating func addProduct(_ multiplyAdds: Int) { operations += 2 * multiplyAdds }
    mutating func addLookups(_ additions: Int) { operations += additions }
}
