import Diagnostics
import Display
import Processes

/// Runs a learner and actors as child processes of this one until the run is complete: does what `TrainSupervision`
/// decides. Every child and every pause is a task of one group, which ends with the run.
package struct TrainSupervisor: Sendable {
    /// Runs a child to its end: passes orders on to it, and hands over what it writes.
    /// - Throws: where it cannot be started.
    package typealias Launch =
        @Sendable (
            _ arguments: [String], _ orders: AsyncStream<ChildProgram.Order>,
            _ heard: @escaping @Sendable (ChildProgram.Line) -> Void
        ) async throws -> ProcessEnding

    private typealias Queue = AsyncStream<TrainSupervision.Event>.Continuation
    private typealias Orders = [TrainChild: AsyncStream<ChildProgram.Order>.Continuation]
    private typealias Group = ThrowingDiscardingTaskGroup<any Error>

    private let actors: Int
    private let isEvaluated: Bool
    private let arguments: TrainArguments
    private let display: ProgressDisplay
    private let launch: Launch

    /// - Parameters:
    ///   - actors: how many to start.
    ///   - isEvaluated: whether policies are played beside training.
    ///   - launch: by default another process of this program.
    package init(
        actors: Int, isEvaluated: Bool = false, arguments: TrainArguments, display: ProgressDisplay,
        launch: @escaping Launch = { try await ChildProgram(arguments: $0).run(orders: $1, heard: $2) }
    ) {
        self.actors = actors
        self.isEvaluated = isEvaluated
        self.arguments = arguments
        self.display = display
        self.launch = launch
    }

    /// What is asked of a run from outside.
    package enum Request: Sendable {
        /// To stop: in good order at first, then at once.
        case stop
        /// To write a checkpoint and go on.
        case save
    }

    /// Runs to the end. No child is left behind.
    /// - Throws: `UserError` with the learner's last words where it failed.
    package func run(requests: AsyncStream<Request>) async throws -> TrainOutcome {
        let (events, queue) = AsyncStream.makeStream(of: TrainSupervision.Event.self)
        return try await withThrowingDiscardingTaskGroup(returning: TrainOutcome.self) { group in
            defer { group.cancelAll() }
            group.addTask { for await request in requests { queue.yield(request == .stop ? .signal : .save) } }
            var supervision = TrainSupervision(actors: actors, isEvaluated: isEvaluated)
            var orders: Orders = [:]
            var actions = supervision.begin()
            var next = events.makeAsyncIterator()
            while true {
                for action in actions {
                    if let outcome = try perform(action, queue, &orders, &group) { return outcome }
                }
                // There is no event more only where this task was cancelled.
                guard let event = await next.next() else { return .stopped }
                actions = supervision.handle(event, at: .now)
            }
        }
    }

    /// Does what was decided; what it leads to comes back through `queue`.
    /// - Returns: how the run ended, once it has.
    private func perform(
        _ action: TrainSupervision.Action, _ queue: Queue, _ orders: inout Orders, _ group: inout Group
    ) throws(UserError) -> TrainOutcome? {
        switch action {
        case .start(let child, let address):
            let (stream, continuation) = AsyncStream.makeStream(of: ChildProgram.Order.self)
            orders[child] = continuation
            group.addTask { queue.yield(await run(child, address: address, stream, queue)) }
        case .tell(let children, let order): for child in children { orders[child]?.yield(order) }
        case .wait(let pause, let event):
            group.addTask {
                // A pause that was cancelled has nobody to tell any more.
                if (try? await Task.sleep(for: pause)) != nil { queue.yield(event) }
            }
        case .show(let measurement): display.take(measurement)
        case .print(let line): display.print(line)
        case .end(let outcome): return try outcome.get()
        }
        return nil
    }

    /// Runs one child to its end and returns the news of that.
    private func run(
        _ child: TrainChild, address: String?, _ orders: AsyncStream<ChildProgram.Order>, _ queue: Queue
    ) async -> TrainSupervision.Event {
        do {
            let ending = try await launch(arguments(child, address: address), orders) { line in
                queue.yield(.heard(child, line))
            }
            return .ended(child, ending)
        } catch {
            return .couldNotStart(child, "\(error)")
        }
    }
}
