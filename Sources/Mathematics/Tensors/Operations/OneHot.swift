import CKernels

/// A sample of `groups` categorical variables of `classes` each, as the chosen classes [rows, groups].
///
/// It stands for a one-hot matrix [rows, groups · classes] that is never written out: a product with it looks rows up.
/// Its gradient is dense, and is the gradient of what the sample is straight-through to.
public struct OneHot: BitwiseCopyable {
    private let memory: UnsafeMutablePointer<Int32>
    private let lease: Lease
    public let rows: Int
    public let groups: Int
    public let classes: Int
    let slot: Int
    let offset: Int

    fileprivate init(
        _ memory: UnsafeMutablePointer<Int32>, rows: Int, groups: Int, classes: Int, slot: Int, offset: Int = 0,
        lease: Lease
    ) {
        self.memory = memory
        self.lease = lease
        (self.rows, self.groups, self.classes) = (rows, groups, classes)
        (self.slot, self.offset) = (slot, offset)
    }

    var index: UnsafeMutablePointer<Int32> {
        lease.check()
        return memory
    }

    public var columns: Int { groups * classes }

    /// Rows `range`, sharing choice and gradient.
    public func slice(_ range: Range<Int>) -> OneHot {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of a sample of \(rows)")
        return OneHot(
            memory + range.lowerBound * groups, rows: range.count, groups: groups, classes: classes, slot: slot,
            offset: offset + range.lowerBound * columns, lease: lease)
    }

    /// The same choice with the gradient stopped.
    public var detached: OneHot {
        OneHot(memory, rows: rows, groups: groups, classes: classes, slot: -1, lease: lease)
    }

    /// The chosen class of one group.
    subscript(row: Int, group: Int) -> Int {
        get {
            precondition(row >= 0 && row < rows && group >= 0 && group < groups)
            return Int(index[row * groups + group])
        }
        nonmutating set {
            precondition(row >= 0 && row < rows && group >= 0 && group < groups && newValue < classes)
            index[row * groups + group] = Int32(newValue)
        }
    }

    /// The chosen classes, row by row.
    public var array: [Int] { UnsafeBufferPointer(start: index, count: rows * groups).map(Int.init) }

    /// Sets the chosen classes, row by row.
    public func copy(from classes: [Int]) {
        precondition(classes.count == rows * groups, "\(classes.count) classes for a sample [\(rows), \(groups)]")
        for (place, chosen) in classes.enumerated() { self[place / groups, place % groups] = chosen }
    }

    public func copy(from other: OneHot) {
        precondition(
            other.rows == rows && other.groups == groups, "a sample [\(other.rows), \(other.groups)] does not fit")
        index.update(from: other.index, count: rows * groups)
    }
}

extension Tape {
    /// Room for a sample with a gradient of its own where `tracked`.
    public func oneHot(_ rows: Int, groups: Int, classes: Int, tracked: Bool) -> OneHot {
        OneHot(
            arena.allocate(Int32.self, rows * groups), rows: rows, groups: groups, classes: classes,
            slot: tracked ? newSlot(rows * groups * classes) : -1, lease: arena.lease)
    }

    /// Room for samples of `probabilities` [rows, groups · classes], straight-through: its gradient is theirs.
    public func oneHot(straightThrough probabilities: Variable, classes: Int) -> OneHot {
        let groups = probabilities.columns / classes
        return OneHot(
            arena.allocate(Int32.self, probabilities.rows * groups), rows: probabilities.rows, groups: groups,
            classes: classes, slot: probabilities.slot, offset: probabilities.offset, lease: arena.lease)
    }

    /// Inverts the CDF of `probabilities` at `noise` [rows, groups] (uniform): the first class whose cumulative
    /// probability exceeds the noise.
    public func sample(_ probabilities: Variable, noise: Tensor, into sample: OneHot) {
        precondition(
            probabilities.columns == sample.columns && noise.count == sample.rows * sample.groups,
            "noise [\(noise.rows), \(noise.columns)] for samples [\(sample.rows), \(sample.groups)]")
        let (p, u) = (probabilities.value.data, noise.data)
        run(sample.rows * sample.groups, grain: 512) { _, lo, hi in
            dk_sample_categorical(hi - lo, sample.classes, p + lo * sample.classes, u + lo, sample.index + lo)
        }
    }

    /// The most probable class of each group.
    public func argmax(_ probabilities: Variable, into sample: OneHot) {
        compute { dk_argmax(sample.rows * sample.groups, sample.classes, probabilities.value.data, sample.index) }
    }

    /// The most probable classes, straight-through to the logarithm of the probabilities.
    public func mode(_ probabilities: Variable, classes: Int) -> OneHot {
        let mode = oneHot(
            probabilities.rows, groups: probabilities.columns / classes, classes: classes,
            tracked: probabilities.isTracked)
        argmax(probabilities, into: mode)
        if probabilities.isTracked { record(ModeOperation(probabilities: probabilities, mode: mode)) }
        return mode
    }
}

private struct ModeOperation: Operation {
    let probabilities: Variable
    let mode: OneHot

    func backward(on tape: Tape) {
        guard let output = tape.incoming(slot: mode.slot, offset: mode.offset) else { return }
        let input = tape.gradient(probabilities)
        tape.compute { dk_log_backward(probabilities.value.count, probabilities.value.data, output, input) }
    }
}
