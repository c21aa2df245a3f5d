/// What a parameter is called, how it is archived, and how it starts.
public struct ParameterSpecification: Sendable {
    /// How archives order the elements, and how memory does.
    public enum Layout: Sendable {
        /// A vector, the same in both.
        case vector
        /// Archived [out, in], kept [in, out].
        case linear
        /// Archived [out, height, width, in], kept [height · width · in, out].
        case convolution
        /// Archived [out, height, width, in], kept [in, height · width · out].
        case transposedConvolution
    }

    public enum Initialization: Sendable {
        case zero
        case one
        /// Truncated normal over mean fan, cut at two deviations: layers followed by a norm.
        case hidden
        /// Uniform (Xavier): layers that put out logits, means or pixels.
        case output
    }

    public let name: String
    /// The shape in archives.
    public let shape: [Int]
    public let layout: Layout
    public let initialization: Initialization
    public let group: ParameterGroup

    public init(
        _ name: String, _ shape: [Int], _ layout: Layout = .vector, _ initialization: Initialization,
        group: ParameterGroup
    ) {
        self.name = name
        self.shape = shape
        self.layout = layout
        self.initialization = initialization
        self.group = group
    }

    public var count: Int { shape.reduce(1, *) }

    /// Rows in memory.
    var rows: Int {
        switch layout {
        case .vector: 1
        case .linear, .convolution: count / shape[0]
        case .transposedConvolution: shape[3]
        }
    }

    var columns: Int { count / rows }

    /// Mean of fan-in and fan-out, the kernel's window counting for both.
    var meanFan: Float {
        guard shape.count > 1 else { return Float(count) }
        let window = shape[1..<(shape.count - 1)].reduce(1, *)
        return Float(window * (shape[0] + shape[shape.count - 1])) / 2
    }

    /// Where element `index` of the archived order lies in memory.
    func position(_ index: Int) -> Int {
        switch layout {
        case .vector:
            return index
        case .linear, .convolution:
            let (out, rest) = index.quotientAndRemainder(dividingBy: count / shape[0])
            return rest * shape[0] + out
        case .transposedConvolution:
            let (out, rest) = index.quotientAndRemainder(dividingBy: count / shape[0])
            let (window, input) = rest.quotientAndRemainder(dividingBy: shape[3])
            return (input * (count / shape[0] / shape[3]) + window) * shape[0] + out
        }
    }
}
