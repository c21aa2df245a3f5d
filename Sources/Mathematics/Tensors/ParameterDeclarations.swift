/// All parameters that layers declare, before a `ParameterStore` makes room for them.
///
/// A layer declares its parameters when it is made and keeps the handles. What is declared is known at once: names,
/// shapes, initialisation, groups. Values exist once a store was made of the declarations, in the same order.
public final class ParameterDeclarations {
    public struct Entry {
        public let specification: ParameterSpecification
        public let parameter: Parameter
    }

    /// In the order of declaration, which is that of archives, of memory, and of the random numbers that values start
    /// from.
    private(set) var entries: [Entry] = []
    private(set) var blocks: [ParameterGroup: UnsafeMutablePointer<ParameterBlock>] = [:]
    private var names: Set<String> = []
    private var isSealed = false

    public init() {}

    deinit {
        for block in blocks.values { block.deallocate() }
    }

    public var specifications: [ParameterSpecification] { entries.map(\.specification) }

    /// Declares one more parameter, whose name must be new.
    /// - Returns: a handle that is valid as long as the declarations, or the store made of them, exist.
    @discardableResult
    public func declare(_ specification: ParameterSpecification) -> Parameter {
        precondition(
            names.insert(specification.name).inserted, "two parameters are called \(specification.name)")
        precondition(!isSealed, "\(specification.name) is declared after a store was made")
        let block = block(of: specification.group)
        let parameter = Parameter(
            block: block, offset: block.pointee.count, rows: specification.rows, columns: specification.columns,
            group: specification.group)
        block.pointee.count += ParameterBlock.padded(specification.count)
        entries.append(Entry(specification: specification, parameter: parameter))
        return parameter
    }

    /// The outermost scope.
    /// - Parameter group: of parameters whose layers name no other.
    public func scope(_ group: ParameterGroup) -> ParameterScope {
        ParameterScope(declarations: self, path: "", group: group)
    }

    /// All parameters of a group side by side as one vector; nil where none was declared.
    func whole(_ group: ParameterGroup) -> Parameter? {
        blocks[group].map { Parameter(block: $0, offset: 0, rows: 1, columns: $0.pointee.count, group: group) }
    }

    /// Ends the declarations: a store makes room for them.
    func seal() {
        precondition(!isSealed, "two stores of the same declarations")
        isSealed = true
    }

    private func block(of group: ParameterGroup) -> UnsafeMutablePointer<ParameterBlock> {
        if let block = blocks[group] { return block }
        // Safe: the block lives until deinit, and stores keep their declarations; handles promise no more.
        let block = UnsafeMutablePointer<ParameterBlock>.allocate(capacity: 1)
        block.initialize(to: ParameterBlock())
        blocks[group] = block
        return block
    }
}

/// The arrays of one group: values, gradients and Adam's two moments, all in the same order. They are nil until a store
/// makes room for them, and only trained groups have more than values.
struct ParameterBlock: BitwiseCopyable {
    /// Elements of each array.
    var count = 0
    var value: UnsafeMutablePointer<Float>?
    var gradient: UnsafeMutablePointer<Float>?
    var mean: UnsafeMutablePointer<Float>?
    var square: UnsafeMutablePointer<Float>?

    /// Every parameter starts on a cache line of its own.
    static func padded(_ count: Int) -> Int { (count + 15) & ~15 }
}

/// Where a layer declares its parameters: a path of names, and the group that they belong to.
public struct ParameterScope {
    fileprivate let declarations: ParameterDeclarations
    fileprivate let path: String
    fileprivate let group: ParameterGroup

    /// The scope of a part of this one.
    public subscript(name: String) -> ParameterScope { self[name, group] }

    /// The scope of a part of this one whose parameters belong to `group`.
    public subscript(name: String, group: ParameterGroup) -> ParameterScope {
        ParameterScope(declarations: declarations, path: full(name), group: group)
    }

    /// Declares a vector [count], kept [1, count].
    public func vector(
        _ name: String, _ count: Int, _ initialization: ParameterSpecification.Initialization
    ) -> Parameter {
        declare(name, [count], .vector, initialization)
    }

    /// Declares a matrix, archived [outputs, inputs] and kept [inputs, outputs].
    public func matrix(
        _ name: String, inputs: Int, outputs: Int, _ initialization: ParameterSpecification.Initialization
    ) -> Parameter {
        declare(name, [outputs, inputs], .linear, initialization)
    }

    /// Declares the 4×4 kernel of a convolution, archived [outputs, 4, 4, inputs] and kept [16 · inputs, outputs], or
    /// of its transpose, kept [inputs, 16 · outputs].
    public func kernel(
        _ name: String, inputs: Int, outputs: Int, transposed: Bool = false,
        _ initialization: ParameterSpecification.Initialization
    ) -> Parameter {
        declare(name, [outputs, 4, 4, inputs], transposed ? .transposedConvolution : .convolution, initialization)
    }

    private func declare(
        _ name: String, _ shape: [Int], _ layout: ParameterSpecification.Layout,
        _ initialization: ParameterSpecification.Initialization
    ) -> Parameter {
        declarations.declare(ParameterSpecification(full(name), shape, layout, initialization, group: group))
    }

    private func full(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
