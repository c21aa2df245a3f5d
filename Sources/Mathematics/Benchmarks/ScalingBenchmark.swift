public import AgentChoice
import Inspection
import Measurements
public import Numbers
import Tensors
import WorldModels

/// What a training step would take with more threads than there are processors (`LoopTrace`), and what it loses to.
///
/// The prediction is the serial time, the longest part of every loop, and what `ForkJoin` says of handing out loops. It takes
/// caches and memory to be as fast for many threads as for one: `Prediction.traffic` says what memory would have to give.
public struct ScalingBenchmark {
    private let configuration: AgentConfiguration
    private let precision: Precision
    private let steps: Int

    /// - Parameter steps: of each number of threads, of which the least times count; one more goes before them.
    public init(_ configuration: AgentConfiguration, precision: Precision, steps: Int) {
        (self.configuration, self.precision, self.steps) = (configuration, precision, steps)
    }

    /// A step with so many threads, in seconds.
    public struct Prediction: Sendable {
        public let threads: Int
        /// On the thread that starts loops, outside of them.
        public let serial: Double
        /// Of all parts of all loops, one after the other.
        public let work: Double
        /// Lost because loops have fewer parts than threads, because their parts are uneven, and to starting and ending them.
        public let few, uneven, forks: Double
        /// Bytes that a step moves at least: what it makes is written and read once, a parameter and what belongs to it 12 times.
        public let bytes: Int
        /// Those who lose most come first.
        public let losses: [Loss]

        public var seconds: Double { serial + work / Double(threads) + few + uneven + forks }
        /// Bytes a second that memory has to give for this.
        public var traffic: Double { Double(bytes) / seconds }
    }

    /// What one place of one part of a step keeps from an equal share of its time, in seconds.
    public struct Loss: Sendable {
        public let part: String
        /// File and line of the loop; nil for what comes after the last one.
        public let place: String?
        public internal(set) var loops = 0
        public internal(set) var work = 0.0, serial = 0.0, few = 0.0, uneven = 0.0, forks = 0.0

        /// - Parameter threads: serial work would be shared by so many.
        public func seconds(_ threads: Int) -> Double { serial * (1 - 1 / Double(threads)) + few + uneven + forks }
        /// What it is most of.
        public var reason: String {
            let reasons = [
                (serial, "serial work before it"), (few, "too few parts"), (uneven, "uneven parts"),
                (forks, "starting and ending loops"),
            ]
            return reasons.max { $0.0 < $1.0 }!.1
        }
    }

    /// Rehearses a step with `threads` threads.
    public func predict(threads: Int) -> Prediction {
        let (loops, bytes) = trace(ThreadPool(tracing: threads, precision: precision, rehearses: true))
        return Prediction(loops, threads: threads, bytes: bytes)
    }

    /// Seconds of a step that `threads` threads really share, the least of each loop in several steps: what compares with a
    /// prediction.
    public func measure(threads: Int) -> Double {
        trace(ThreadPool(tracing: threads, precision: precision)).loops.reduce(0) { sum, loop in
            sum + loop.serial + loop.parts.reduce(0, +)
        }
    }

    private func trace(_ pool: ThreadPool) -> (loops: [LoopTrace.Loop], bytes: Int) {
        guard let trace = pool.trace else { preconditionFailure("this pool has a trace") }
        let benchmark = StepBenchmark(configuration, pool: pool)
        _ = benchmark.step()
        trace.forget()
        let bytes = (0..<steps).map { _ in benchmark.step(in: trace) }
        return (trace.loops, bytes[0])
    }
}

extension ScalingBenchmark.Prediction {
    init(_ loops: [LoopTrace.Loop], threads: Int, bytes: Int) {
        struct Key: Hashable {
            let part: Int
            let place: LoopTrace.Place?
        }
        let fork = ForkJoin.seconds(threads: threads)
        var sums: [Key: ScalingBenchmark.Loss] = [:]
        for loop in loops {
            sums[Key(part: loop.part, place: loop.place), default: .init(loop)].add(loop, threads, fork: fork)
        }
        losses = sums.values.sorted { $0.seconds(threads) > $1.seconds(threads) }
        self.threads = threads
        self.bytes = bytes
        serial = losses.reduce(0) { $0 + $1.serial }
        work = losses.reduce(0) { $0 + $1.work }
        few = losses.reduce(0) { $0 + $1.few }
        uneven = losses.reduce(0) { $0 + $1.uneven }
        forks = losses.reduce(0) { $0 + $1.forks }
    }
}

extension ScalingBenchmark.Loss {
    fileprivate init(_ loop: LoopTrace.Loop) {
        part = StepPart(rawValue: loop.part)?.name ?? "other"
        place = loop.place.map { "\($0.file):\($0.line)" }
    }

    fileprivate mutating func add(_ loop: LoopTrace.Loop, _ threads: Int, fork: Double) {
        serial += loop.serial
        guard let longest = loop.parts.max() else { return }
        let sum = loop.parts.reduce(0, +)
        let even = sum / Double(loop.parts.count)
        loops += 1
        work += sum
        few += even - sum / Double(threads)
        uneven += longest - even
        if loop.parts.count > 1 { forks += fork }
    }
}
