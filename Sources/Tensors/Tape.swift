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
    }

    private struct Slot {
        let count: Int
        var gradient: UnsafeMutablePointer<Float>?
    }

    public let arena: Arena
    public let pool: ThreadPool
    /// Room for what one operation needs while it runs.
    let scratch = Arena(chunkBytes: 8 << 20)
    /// Parameters that get gradients from the operations recorded now.
    public var trainable: ParameterGroup = []
    var pending: ContiguousArray<PendingProduct> = []
    private var records: ContiguousArray<Record> = []
    private var slots: ContiguousArray<Slot> = []

    public init(arena: Arena, pool: ThreadPool) {
        self.arena = arena
        self.pool = pool
    }

    /// Forgets everything that was recorded; what the arena handed out stays.
    public func clear() {
        records.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
    }

    /// Runs `body` with gradients for the parameters of `group`.
    public func training<Result>(_ group: ParameterGroup, _ body: () throws -> Result) rethrows -> Result {
        let before = trainable
        trainable = group
        defer { trainable = before }
        return try body()
    }

    // MARK: Values

    /// An uninitialised matrix in the arena.
    public func tensor(_ rows: Int, _ columns: Int = 1) -> Tensor {
        Tensor(arena.allocate(Float.self, rows * columns), rows: rows, columns: columns)
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
        if slots[slot].gradient == nil { slots[slot].gradient = arena.zeros(slots[slot].count) }
        return slots[slot].gradient! + offset
    }

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
        return Tensor(gradient(variable)!, rows: variable.rows, columns: variable.columns)
    }

    // MARK: Recording

    func record<Recorded: Operation>(_ operation: Recorded) {
        let address = arena.allocate(Recorded.self, 1)
        address.initialize(to: operation)
        records.append(Record(operation: UnsafeRawPointer(address), type: Recorded.self))
    }

    /// Visits the operations in reverse order, then adds the weight gradients that were gathered.
    public func backward() {
        for record in records.reversed() { record.type.backward(at: record.operation, on: self) }
        records.removeAll(keepingCapacity: true)
        flushPendingProducts()
    }

    /// Runs `body(partial, lo, hi)` with a zeroed row of `width` values for each part and adds the first `summed` of
    /// each row to `sums`: how threads sum over rows without sharing memory.
    func reduce(
        _ count: Int, grain: Int, width: Int, into sums: UnsafeMutablePointer<Float>, summed: Int? = nil,
        _ body: (_ partial: UnsafeMutablePointer<Float>, _ lo: Int, _ hi: Int) -> Void
    ) {
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let partials = scratch.zeros(pool.parts(count, grain: grain) * width)
        pool.run(count, grain: grain) { part, lo, hi in body(partials + part * width, lo, hi) }
        for part in 0..<pool.parts(count, grain: grain) {
            dk_add(summed ?? width, partials + part * width, sums)
        }
    }
}
