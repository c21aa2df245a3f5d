import Glibc
import Testing

@testable import Tensors

/// Lengths around the widths of vector registers and strips.
let oddLengths = [1, 2, 3, 7, 15, 17, 31, 64, 65, 255]

func normals(_ count: Int, seed: UInt64, scale: Float = 1, offset: Float = 0) -> [Float] {
    var random = RandomStream(seed: seed)
    return (0..<count).map { _ in offset + scale * random.normal() }
}

func uniforms(_ count: Int, seed: UInt64) -> [Float] {
    var random = RandomStream(seed: seed)
    return (0..<count).map { _ in random.uniform() }
}

func integers<Value: FixedWidthInteger>(_ count: Int, below bound: Int, seed: UInt64) -> [Value] {
    var random = RandomStream(seed: seed)
    return (0..<count).map { _ in Value(Int.random(in: 0..<bound, using: &random)) }
}

/// ‖a − b‖ / ‖b‖.
func relativeError<A: BinaryFloatingPoint, B: BinaryFloatingPoint>(_ a: [A], _ b: [B]) -> Double {
    guard a.count == b.count else { return .infinity }
    var (difference, norm) = (0.0, 0.0)
    for (x, y) in zip(a, b) {
        difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
        norm += Double(y) * Double(y)
    }
    return (difference / max(norm, 1e-16)).squareRoot()
}

/// C = op(A) op(B), in double precision.
func plainProduct(
    _ m: Int, _ n: Int, _ k: Int, _ a: [Float], _ b: [Float], transposeA: Bool = false, transposeB: Bool = false
) -> [Double] {
    var c = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
        for j in 0..<n {
            for l in 0..<k {
                c[i * n + j] +=
                    Double(transposeA ? a[l * m + i] : a[i * k + l]) * Double(transposeB ? b[j * k + l] : b[l * n + j])
            }
        }
    }
    return c
}

func plainSigmoid(_ x: Double) -> Double { 1 / (1 + Glibc.exp(-x)) }

/// A tape on `threads` threads with an arena of its own.
func makeTape(threads: Int = 1) -> Tape {
    return Tape(arena: Arena(), pool: ThreadPool(threads: threads))
}

extension Tape {
    func tensor(_ values: [Float], columns: Int = 1) -> Tensor {
        let tensor = tensor(values.count / columns, columns)
        tensor.copy(from: values)
        return tensor
    }

    func tracked(_ values: [Float], columns: Int) -> Variable {
        let variable = variable(values.count / columns, columns, tracked: true)
        variable.value.copy(from: values)
        return variable
    }

    func bytes(_ values: [UInt8]) -> Bytes {
        let bytes = bytes(values.count)
        bytes.copy(from: values)
        return bytes
    }

    /// Choices given as numbers.
    func choose(_ classes: [Int32], in sample: OneHot) {
        for row in 0..<sample.rows {
            for group in 0..<sample.groups { sample[row, group] = Int(classes[row * sample.groups + group]) }
        }
    }
}

extension ParameterGroup {
    static let model = trained(0)
    static let actor = trained(1)
    static let critic = trained(2)
    static let slow = kept(0)
    static let statistics = kept(1)
}
