// Sums over all elements, in double precision and in the order of memory.

extension Tensor {
    public var mean: Float { mean { $0 } }

    /// The mean of what is less than `least` counted as `least`.
    public func mean(atLeast least: Float) -> Float { mean { max($0, least) } }

    private func mean(_ body: (Float) -> Float) -> Float {
        let data = data
        var sum = 0.0
        for index in 0..<count { sum += Double(body(data[index])) }
        return Float(sum / Double(count))
    }

    /// Σ x · y, the products in single precision.
    public func dot(_ other: Tensor) -> Float {
        precondition(other.count == count, "\(count) values times \(other.count)")
        let (x, y) = (data, other.data)
        var sum = 0.0
        for index in 0..<count { sum += Double(x[index] * y[index]) }
        return Float(sum)
    }
}
