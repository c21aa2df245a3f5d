import CKernels

/// How the columns of a policy are shared out: several groups of classes side by side, one for each action that is taken
/// at once.
public struct ColumnGroups: BitwiseCopyable {
    /// First column of each group, and after the last one the number of columns.
    private let bounds: UnsafeMutablePointer<Int>
    private let lease: Lease
    public let count: Int
    public let columns: Int

    fileprivate init(_ bounds: UnsafeMutablePointer<Int>, count: Int, columns: Int, lease: Lease) {
        (self.bounds, self.count, self.columns, self.lease) = (bounds, count, columns, lease)
    }

    /// Columns of group `index`.
    fileprivate func range(_ index: Int) -> Range<Int> {
        precondition(index >= 0 && index < count, "group \(index) of \(count)")
        lease.check()
        // Safe: there is one bound more than there are groups.
        return bounds[index]..<bounds[index + 1]
    }

    /// Parts of a matrix's rows `lo`..<`hi` that kernels can take as one, since they are contiguous and have the same
    /// classes: all rows where there is one group, else each group of each row.
    fileprivate func forEachBlock(_ lo: Int, _ hi: Int, _ body: (_ block: Block) -> Void) {
        if count == 1 {
            return body(Block(rows: hi - lo, classes: columns, column: 0, element: lo * columns, choice: lo))
        }
        for row in lo..<hi {
            for group in 0..<count {
                let range = range(group)
                body(
                    Block(
                        rows: 1, classes: range.count, column: range.lowerBound,
                        element: row * columns + range.lowerBound, choice: row * count + group))
            }
        }
    }

    fileprivate struct Block {
        let rows: Int
        let classes: Int
        /// Where it begins: its column, its element of the matrix, its place among the choices.
        let column: Int
        let element: Int
        let choice: Int
    }
}

/// Actions of a discrete policy: in each row one class of each group, kept as the chosen columns [rows, groups]. Nothing
/// flows back through them.
public struct ClassChoice: BitwiseCopyable {
    private let memory: UnsafeMutablePointer<Int32>
    private let lease: Lease
    public let rows: Int
    public let groups: ColumnGroups

    fileprivate init(_ memory: UnsafeMutablePointer<Int32>, rows: Int, groups: ColumnGroups, lease: Lease) {
        (self.memory, self.rows, self.groups, self.lease) = (memory, rows, groups, lease)
    }

    var column: UnsafeMutablePointer<Int32> {
        lease.check()
        return memory
    }

    /// Rows `range`, sharing memory.
    public func slice(_ range: Range<Int>) -> ClassChoice {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows) choices")
        return ClassChoice(memory + range.lowerBound * groups.count, rows: range.count, groups: groups, lease: lease)
    }

    /// The chosen columns, row by row.
    public var array: [Int] { UnsafeBufferPointer(start: column, count: rows * groups.count).map(Int.init) }
}

extension Tape {
    /// Groups of `sizes` columns.
    public func columnGroups(_ sizes: [Int]) -> ColumnGroups {
        let bounds = arena.allocate(Int.self, sizes.count + 1)
        compute {
            bounds[0] = 0
            for (index, size) in sizes.enumerated() { bounds[index + 1] = bounds[index] + size }
        }
        return ColumnGroups(
            bounds, count: sizes.count, columns: sizes.reduce(0, +), lease: arena.lease)
    }

    /// Room for choices.
    public func choice(_ rows: Int, of groups: ColumnGroups) -> ClassChoice {
        ClassChoice(arena.allocate(Int32.self, rows * groups.count), rows: rows, groups: groups, lease: arena.lease)
    }

    /// p = (1 − unimix) softmax(logits) + unimix / classes, for each group.
    public func softmax(_ logits: Variable, groups: ColumnGroups, unimix: Float) -> Variable {
        let p = variable(logits.rows, logits.columns, tracked: logits.isTracked)
        softmax(logits, groups: groups, unimix: unimix, into: p)
        return p
    }

    public func softmax(_ logits: Variable, groups: ColumnGroups, unimix: Float, into p: Variable) {
        precondition(
            logits.columns == groups.columns && p.value.count == logits.value.count,
            "groups of \(groups.columns) columns for [\(logits.rows), \(logits.columns)]")
        run(logits.rows, grain: rowGrain(groups.columns)) { _, lo, hi in
            groups.forEachBlock(lo, hi) { block in
                dk_softmax_mix_forward(
                    block.rows, block.classes, logits.value.data + block.element, unimix, p.value.data + block.element)
            }
        }
        if p.isTracked { record(GroupedSoftmaxOperation(logits: logits, p: p, groups: groups, unimix: unimix)) }
    }

    /// Inverts each group's CDF at `noise` [rows, groups] (uniform): the first class whose cumulative probability exceeds
    /// the noise.
    public func sample(_ p: Variable, noise: Tensor, into choice: ClassChoice) {
        precondition(
            p.columns == choice.groups.columns && noise.count == choice.rows * choice.groups.count,
            "noise [\(noise.rows), \(noise.columns)] for choices [\(choice.rows), \(choice.groups.count)]")
        choose(in: choice) { block, column in
            dk_sample_categorical(
                block.rows, block.classes, p.value.data + block.element, noise.data + block.choice, column)
        }
    }

    /// The most probable class of each group.
    public func argmax(_ p: Variable, into choice: ClassChoice) {
        precondition(
            p.columns == choice.groups.columns && p.rows == choice.rows,
            "[\(p.rows), \(p.columns)] for choices [\(choice.rows), \(choice.groups.columns)]")
        choose(in: choice) { block, column in
            dk_argmax(block.rows, block.classes, p.value.data + block.element, column)
        }
    }

    /// Lets `body` write a block's classes, and makes columns of them.
    private func choose(
        in choice: ClassChoice, _ body: (ColumnGroups.Block, UnsafeMutablePointer<Int32>) -> Void
    ) {
        run(choice.rows, grain: 512) { _, lo, hi in
            choice.groups.forEachBlock(lo, hi) { block in
                let column = choice.column + block.choice
                body(block, column)
                if block.column > 0 { column[0] += Int32(block.column) }
            }
        }
    }

    /// The largest column of each group of `x` [rows, columns].
    public func chosen(_ x: Tensor, groups: ColumnGroups) -> ClassChoice {
        let chosen = choice(x.rows, of: groups)
        argmax(.constant(x), into: chosen)
        return chosen
    }

    /// Choices written out: 1 at the chosen class of each group, 0 elsewhere [rows, columns].
    public func dense(_ choice: ClassChoice) -> Tensor {
        let dense = tensor(choice.rows, choice.groups.columns)
        let groups = choice.groups.count
        compute {
            dense.fill(0)
            for index in 0..<choice.rows * groups {
                dense.data[index / groups * dense.columns + Int(choice.column[index])] = 1
            }
        }
        return dense
    }
}

private struct GroupedSoftmaxOperation: Operation {
    let logits: Variable
    let p: Variable
    let groups: ColumnGroups
    let unimix: Float

    func backward(on tape: Tape) {
        guard let output = tape.incoming(p), let input = tape.gradient(logits) else { return }
        tape.run(logits.rows, grain: tape.rowGrain(groups.columns)) { _, lo, hi in
            groups.forEachBlock(lo, hi) { block in
                dk_softmax_mix_backward(
                    block.rows, block.classes, p.value.data + block.element, unimix, output + block.element,
                    input + block.element)
            }
        }
    }
}
