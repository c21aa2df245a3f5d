import CKernels

/// A value that may have a gradient: what operations take and give.
public struct Variable: BitwiseCopyable {
    public let value: Tensor
    /// Slot of the gradient on the tape and offset in it; slot −1 means that no gradient is wanted.
    let slot: Int
    let offset: Int

    public var rows: Int { value.rows }
    public var columns: Int { value.columns }
    public var isTracked: Bool { slot >= 0 }

    init(_ value: Tensor, slot: Int = -1, offset: Int = 0) {
        self.value = value
        self.slot = slot
        self.offset = offset
    }

    /// A value that no gradient flows into.
    public static func constant(_ value: Tensor) -> Variable { Variable(value) }

    /// The same value with the gradient stopped.
    public var detached: Variable { Variable(value) }

    /// Rows `range`, sharing value and gradient.
    public func slice(_ range: Range<Int>) -> Variable {
        Variable(value.slice(range), slot: slot, offset: offset + range.lowerBound * columns)
    }

    /// The same elements as rows of another width, sharing value and gradient.
    public func reshaped(columns: Int) -> Variable {
        Variable(value.reshaped(columns: columns), slot: slot, offset: offset)
    }
}

/// The part of an operation that is remembered until the backward pass. It lies in the arena, hence plain bits.
protocol Operation: BitwiseCopyable {
    /// Adds to the gradients of the inputs what the gradient of the output implies.
    func backward(on tape: Tape)
    static func backward(at address: UnsafeRawPointer, on tape: Tape)
}

extension Operation {
    static func backward(at address: UnsafeRawPointer, on tape: Tape) {
        address.load(as: Self.self).backward(on: tape)
    }
}

/// Records operations as they are computed and runs them backwards.
///
/// Operations run at once; what must be remembered goes into the arena. `backward()` visits them in reverse order.
/// Gradients of values are made (as zeros) when the first consumer adds to them; an operation whose output nobody used
/// does nothing. Products' weight gradients are gathered until the end of the pass, so that the steps of a loop over
/// time become one product.
public final class Tape {
    private struct Record {
        let operation: UnsafeRawPointer
        let type: any Operation.Type
        let charge: WorkLedger.Charge
    }

    private struct Slot {
        let count: Int
        var gradient: UnsafeMutablePointer<Float>?
    }

    public let arena: Arena
    public let pool: ThreadPool
    /// Whether operations compute. They only count, from shapes, where there is no memory behind the arena.
    public let computes: Bool
    /// Room for what one operation needs while it runs.
    let scratch: Arena
    /// Room for operations where the arena has none.
    private let notes = Arena(chunkBytes: 1 << 20)
    /// Where the time of a step goes.
    public var clock = PartClock()
    /// Where weights are constant for many steps: what products with them need again.
    public var packedKernels: PackedKernels?
    /// What its products cost.
    public internal(set) var work = WorkLedger()
    /// Other learners that see to parts of the same batch; nil where there are none.
    public var group: (any LearnerGroup)?
    /// Parameters that get gradients from the operations recorded now.
    public var trainable: ParameterGroup = []
    var pending: ContiguousArray<PendingProduct> = []
    private var records: ContiguousArray<Record> = []
    private var slots: ContiguousArray<Slot> = []
    /// Slots below lie beneath a checkpoint: a gradient made for them now would be lost with the memory above it.
    private var floor = 0

    public init(arena: Arena, pool: ThreadPool) {
        self.arena = arena
        self.pool = pool
        computes = arena.backing == .memory
        scratch = Arena(chunkBytes: 8 << 20, backing: arena.backing)
    }

    /// Forgets everything that was recorded; what the arena handed out stays.
    public func clear() {
        records.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
        notes.reset()
        floor = 0
    }

    /// Runs `body` with gradients for the parameters of `group`.
    public func training<Result>(_ group: ParameterGroup, _ body: () throws -> Result) rethrows -> Result {
        let before = trainable
        trainable = group
        defer { trainable = before }
        return try body()
    }

    // MARK: Computing

    /// Runs `body`, which reads or writes elements. Every operation does so here or in `run`, and makes its room and records
    /// itself outside, so that a tape that only counts goes the same way.
    package func compute(_ body: () -> Void) {
        if computes { body() }
    }

    /// Returns what `body` reads of elements, 0 where the tape only counts.
    package func read(_ body: () -> Float) -> Float { computes ? body() : 0 }

    /// The same for a loop over 0..<count that the threads share, see `ThreadPool.run`.
    func run(
        _ count: Int, grain: Int = 1, file: StaticString = #fileID, line: UInt = #line,
        _ body: (_ part: Int, _ lo: Int, _ hi: Int) -> Void
    ) {
        if computes { pool.run(count, grain: grain, file: file, line: line, body) }
    }

    // MARK: Values

    /// An uninitialised matrix in the arena.
    public func tensor(_ rows: Int, _ columns: Int = 1) -> Tensor {
        Tensor(
            arena.allocate(Float.self, rows * columns), rows: rows, columns: columns, lease: arena.lease)
    }

    /// An uninitialised matrix for an operation to write, with a gradient where `tracked`.
    public func variable(_ rows: Int, _ columns: Int, tracked: Bool) -> Variable {
        Variable(tensor(rows, columns), slot: tracked ? newSlot(rows * columns) : -1)
    }

    func newSlot(_ count: Int) -> Int {
        slots.append(Slot(count: count, gradient: nil))
        return slots.count - 1
    }

    /// Whether operations on `parameter` recorded now give it a gradient.
    public func trains(_ parameter: Parameter) -> Bool {
        !trainable.intersection(parameter.group).isEmpty
    }

    // MARK: Gradients

    /// Where to add the gradient of `variable`, or nil where none is wanted.
    func gradient(_ variable: Variable) -> UnsafeMutablePointer<Float>? {
        gradient(slot: variable.slot, offset: variable.offset)
    }

    func gradient(slot: Int, offset: Int) -> UnsafeMutablePointer<Float>? {
        guard slot >= 0 else { return nil }
        if slots[slot].gradient == nil {
            precondition(slot >= floor, "a value beneath a checkpoint got no gradient before it: see keepGradient")
            slots[slot].gradient = arena.zeros(slots[slot].count)
        }
        return slots[slot].gradient! + offset
    }

    /// Where an operation puts the gradient of `variable`: it adds where there is one already, and otherwise writes every
    /// element, which saves clearing them first. Nil where none is wanted.
    func sink(_ variable: Variable) -> (data: UnsafeMutablePointer<Float>, accumulate: Bool)? {
        let (slot, count) = (variable.slot, variable.value.count)
        guard slot >= floor, slots[slot].gradient == nil, slots[slot].count == count else {
            return gradient(variable).map { ($0, true) }
        }
        let data = arena.allocate(Float.self, count)
        slots[slot].gradient = data
        return (data, false)
    }

    /// Where an operation from `x` to a value `y` of the same shape, whose gradient nobody reads afterwards, puts the
    /// gradient of `x`: in the place of that of `y` if `x` has none yet. Nil where none is wanted.
    func sink(_ x: Variable, inPlaceOf y: Variable) -> (data: UnsafeMutablePointer<Float>, accumulate: Bool)? {
        let count = x.value.count
        guard x.slot >= floor, y.slot >= floor, slots[x.slot].gradient == nil, slots[x.slot].count == count,
            slots[y.slot].count == count, let data = slots[y.slot].gradient
        else { return sink(x) }
        slots[x.slot].gradient = data
        slots[y.slot].gradient = nil
        return (data, false)
    }

    /// Makes room for the gradient of `variable` now, so that it outlives memory that is handed out from here on.
    public func keepGradient(of variable: Variable) { _ = gradient(variable) }

    /// The same for a sample.
    public func keepGradient(of sample: OneHot) { _ = gradient(slot: sample.slot, offset: sample.offset) }

    /// The gradient that consumers of `variable` have added, or nil where nobody did.
    func incoming(_ variable: Variable) -> UnsafeMutablePointer<Float>? {
        incoming(slot: variable.slot, offset: variable.offset)
    }

    func incoming(slot: Int, offset: Int) -> UnsafeMutablePointer<Float>? {
        guard slot >= 0, let gradient = slots[slot].gradient else { return nil }
        return gradient + offset
    }

    /// The gradient of `variable` after a backward pass, zero where nothing used it.
    public func gradientTensor(_ variable: Variable) -> Tensor {
        precondition(variable.isTracked, "no gradient was asked for")
        return Tensor(gradient(variable)!, rows: variable.rows, columns: variable.columns, lease: arena.lease)
    }

    // MARK: Recording

    func record<Recorded: Operation>(_ operation: Recorded) {
        let room = arena.allocate(Recorded.self, 1)
        let address = computes ? room : notes.allocate(Recorded.self, 1)
        address.initialize(to: operation)
        records.append(
            Record(operation: UnsafeRawPointer(address), type: Recorded.self, charge: work.backwardCharge))
    }

    /// Visits the operations in reverse order, then adds the weight gradients that were gathered.
    public func backward() { visit(downTo: 0) }

    private func visit(downTo first: Int) {
        measuring(PartClock.backward) {
            let charge = work.charge
            defer { work.charge = charge }
            for index in stride(from: records.count - 1, through: first, by: -1) {
                work.charge = records[index].charge
                records[index].type.backward(at: records[index].operation, on: self)
            }
            records.removeLast(records.count - first)
            flushPendingProducts()
        }
    }

    // MARK: Checkpoints

    /// A point that a backward pass may return to, see `backward(to:)`.
    public struct Checkpoint {
        fileprivate let mark: Arena.Mark
        fileprivate let records: Int
        fileprivate let slots: Int
        fileprivate let floor: Int
    }

    /// Marks this point. Values from before that are to get gradients from what follows need `keepGradient` first.
    public func checkpoint() -> Checkpoint {
        defer { floor = slots.count }
        return Checkpoint(mark: arena.mark, records: records.count, slots: slots.count, floor: floor)
    }

    /// Runs backwards what was recorded since the newest checkpoint and gives back all memory handed out since: what is
    /// left are gradients of values from before, and of parameters.
    public func backward(to checkpoint: Checkpoint) {
        visit(downTo: checkpoint.records)
        slots.removeLast(slots.count - checkpoint.slots)
        floor = checkpoint.floor
        arena.rewind(to: checkpoint.mark)
    }

    /// Runs `body(partial, lo, hi)` with a zeroed row of `width` values for each part and adds the first `summed` of
    /// each row to `sums`: how threads sum over rows without sharing memory.
    func reduce(
        _ count: Int, grain: Int, width: Int, into sums: UnsafeMutablePointer<Float>, summed: Int? = nil,
        file: StaticString = #fileID, line: UInt = #line,
        _ body: (_ partial: UnsafeMutablePointer<Float>, _ lo: Int, _ hi: Int) -> Void
    ) {
        guard computes else { return }
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let parts = pool.parts(count, grain: grain)
        let partials = scratch.zeros(parts * width)
        pool.run(count, grain: grain, file: file, line: line) { part, lo, hi in
            body(partials + part * width, lo, hi)
        }
        let summed = summed ?? width
        addUp(partials, rows: parts, apart: width, columns: summed)
        dk_add(summed, partials, sums)
    }

    /// Adds the other rows of a matrix to its first one, which the threads share by columns: what each of them summed by
    /// itself becomes one sum.
    /// - Parameter apart: from one row to the next.
    func addUp(_ sums: UnsafeMutablePointer<Float>, rows: Int, apart: Int, columns: Int) {
        guard rows > 1 else { return }
        run(columns, grain: max(256, 20_000 / rows)) { _, lo, hi in
            for row in 1..<rows { dk_add(hi - lo, sums + row * apart + lo, sums + lo) }
        }
    }
}
