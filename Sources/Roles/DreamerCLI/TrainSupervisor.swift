import Diagnostics
import Display
import Environments
import Experience
import Foundation
import Measurements
import Runs
import Settings
import UnixSignals

/// A learner and actors as child processes of this one: starts them, shows how they are doing, stops them together.
///
/// An actor that dies is started again under its name; the run ends when the learner does.
struct TrainSupervisor {
    private enum Event: Sendable {
        case learner(ChildProcess.Event)
        case actor(Int, ChildProcess.Event)
        case restart(Int)
        case signal
        case patienceOver
    }

    /// How the run ended.
    enum Outcome {
        case complete
        /// By a signal; the same command resumes.
        case stopped
    }

    let directory: RunDirectory
    let configuration: Configuration
    let display: ProgressDisplay
    let python: String?
    private var learner: ChildProcess?
    private var actors: [Int: ChildProcess] = [:]
    private var address = ""
    private var lastMessage = ""
    /// Deaths of each actor since it last was alive for a while.
    private var deaths: [Int: (count: Int, at: ContinuousClock.Instant)] = [:]
    private var isStopping = false

    /// Time for children to hand over, store and save before they are killed.
    private static let patience = Duration.seconds(30)
    private static let tolerableDeaths = 5

    init(directory: RunDirectory, configuration: Configuration, display: ProgressDisplay, python: String?) {
        self.directory = directory
        self.configuration = configuration
        self.display = display
        self.python = python
    }

    /// Runs to the end.
    /// - Throws: `UserError` with the learner's last words where it failed.
    mutating func run() async throws -> Outcome {
        let (events, queue) = AsyncStream.makeStream(of: Event.self)
        let signals = Task {
            for await _ in await UnixSignalsSequence(trapping: [.sigint, .sigterm]) { queue.yield(.signal) }
        }
        defer {
            signals.cancel()
            for child in [learner].compactMap({ $0 }) + actors.values { child.kill() }
        }
        learner = try ChildProcess(
            "learner",
            [
                "learner", "--logdir", directory.url.path, "--listen", "127.0.0.1:0", "--progress", "json",
                "--stop-with-input", "--log", "warning",
            ] + pythonArguments
        ) { queue.yield(.learner($0)) }
        for await event in events {
            if let outcome = try handle(event, queue) { return outcome }
        }
        return .stopped
    }

    private var pythonArguments: [String] { python.map { ["--python", $0] } ?? [] }

    /// These actors are the learner's own: they import what its environment needs.
    private var moduleArguments: [String] {
        EnvironmentRegistry.importedModule(of: configuration.environment.id).map { ["--gym-module", $0] } ?? []
    }

    private mutating func handle(_ event: Event, _ queue: AsyncStream<Event>.Continuation) throws -> Outcome? {
        switch event {
        case .learner(.output(let line)): try read(line, queue)
        case .learner(.message(let line)): note("learner", line)
        case .learner(.ended(let status, let signal)): return try learnerEnded(status, signal)
        case .actor(_, .output): break
        case .actor(let index, .message(let line)): note("actor-\(index)", line)
        case .actor(let index, .ended(let status, let signal)): try actorEnded(index, status, signal, queue)
        case .restart(let index): if !isStopping { try startActor(index, queue) }
        case .signal: stop(queue)
        case .patienceOver: for child in [learner].compactMap({ $0 }) + actors.values { child.kill() }
        }
        return nil
    }

    // MARK: Learner

    private mutating func read(_ line: String, _ queue: AsyncStream<Event>.Continuation) throws {
        guard let news = try? JSONDecoder().decode(LearnerNews.self, from: Data(line.utf8)) else {
            return note("learner", line)
        }
        switch news {
        case .measured(let record): display.take(record.measurement)
        case .listening(let address):
            self.address = address
            for index in 0..<configuration.actors.count { try startActor(index, queue) }
        }
    }

    private mutating func note(_ name: String, _ line: String) {
        lastMessage = line
        display.print("\(name): \(line)")
    }

    private mutating func learnerEnded(_ status: Int32, _ signal: Int32?) throws -> Outcome {
        learner = nil
        for actor in actors.values { actor.terminate() }
        if isStopping { return .stopped }
        if let signal {
            throw UserError("the learner was killed by signal \(signal); the same command resumes", exitCode: 1)
        }
        guard status == 0 else {
            // It has said why, and that line is on the screen already.
            throw UserError(
                "the learner ended with status \(status): \(lastMessage)", exitCode: min(64, max(1, status)))
        }
        return .complete
    }

    // MARK: Actors

    private mutating func startActor(_ index: Int, _ queue: AsyncStream<Event>.Continuation) throws {
        actors[index] = try ChildProcess(
            "actor-\(index)",
            [
                "actor", "--connect", address, "--token-file", directory.tokenFile.path, "--name", "actor-\(index)",
                "--stop-with-input", "--log", "warning",
            ] + pythonArguments + moduleArguments
        ) { queue.yield(.actor(index, $0)) }
    }

    private mutating func actorEnded(
        _ index: Int, _ status: Int32, _ signal: Int32?, _ queue: AsyncStream<Event>.Continuation
    ) throws {
        actors[index] = nil
        guard !isStopping else { return }
        // An actor that is done before the learner has nothing left to do.
        guard status != 0 || signal != nil else { return }
        let now = ContinuousClock.now
        var death = deaths[index] ?? (0, now)
        death = now - death.at > .seconds(60) ? (1, now) : (death.count + 1, now)
        deaths[index] = death
        let reason = signal.map { "was killed by signal \($0)" } ?? "ended with status \(status)"
        guard death.count <= Self.tolerableDeaths else {
            throw UserError(
                "actor-\(index) \(reason), again and again: \(lastMessage)", exitCode: min(64, max(1, status)))
        }
        display.print("actor-\(index) \(reason); starting it again")
        let delay = Duration.seconds(1 << (death.count - 1))
        Task {
            try await Task.sleep(for: delay)
            queue.yield(.restart(index))
        }
    }

    // MARK: Stopping

    /// The first signal stops in good order, the second at once.
    private mutating func stop(_ queue: AsyncStream<Event>.Continuation) {
        guard !isStopping else {
            queue.yield(.patienceOver)
            return
        }
        isStopping = true
        display.print("stopping; once more to stop at once")
        // Together: the learner waits a moment for what the actors have to hand over.
        for child in [learner].compactMap({ $0 }) + actors.values { child.terminate() }
        Task {
            try await Task.sleep(for: Self.patience)
            queue.yield(.patienceOver)
        }
    }
}
