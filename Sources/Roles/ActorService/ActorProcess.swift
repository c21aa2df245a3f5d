import Agents
import Diagnostics
import Environments
import Experience
import Logging
import Runs
import ServiceLifecycle
import Settings
import Tensors
import Threads
import TrajectoryCodec
import Transport
import Wire

/// The actor's role: joins a learner, plays its environments with its policy, and ships what happened; as an evaluator it
/// reports how well the policies play.
///
/// Everything but the address and the credential comes from the learner.
public final class ActorProcess: Service {
    public struct Options: Sendable {
        public var client: LearnerClient.Configuration
        /// Interpreter of bridged environments; nil looks for one.
        public var python: String?
        /// File for what such environments print; nil keeps only their last words.
        public var output: String?
        /// Directory in which an actor in lockstep keeps where it stands, to go on from there; nil: nothing is kept.
        public var rounds: String?
        /// What the learner's configuration may name of this machine.
        public var allowance: Allowance
        /// How long to wait at the end for what has not been acknowledged.
        public var handover: Duration
        /// How long to look for a learner before giving up, as it is known at a moment; nil for ever.
        public var giveUp: @Sendable () -> Duration?
        /// Told what is stored, on the client's event loop.
        public var stored: @Sendable ([Receipt]) -> Void

        public init(
            client: LearnerClient.Configuration, python: String? = nil, output: String? = nil, rounds: String? = nil,
            allowance: Allowance = Allowance(),
            handover: Duration = .seconds(10), giveUp: @escaping @Sendable () -> Duration? = { nil },
            stored: @escaping @Sendable ([Receipt]) -> Void = { _ in }
        ) {
            self.client = client
            self.python = python
            self.output = output
            self.rounds = rounds
            self.allowance = allowance
            self.handover = handover
            self.giveUp = giveUp
            self.stored = stored
        }
    }

    /// Time for environments to answer once nothing more is to be played; then their processes are killed.
    private static let patience = Duration.seconds(5)

    private let options: Options
    private let logger: Logger
    private let client: LearnerClient
    private let life: ActorLife
    private let rounds: RoundLog?

    public init(_ options: Options, logger: Logger) {
        self.options = options
        self.logger = logger
        var configuration = options.client
        rounds = options.rounds.map { RoundLog(in: $0, for: &configuration) }
        let life = ActorLife()
        self.life = life
        client = LearnerClient(configuration: configuration, logger: logger) { event in
            switch event {
            case .connected: life.learner(isStopping: false)
            case .draining: life.learner(isStopping: true)
            case .disconnected(let reason): logger.warning("lost the learner: \(reason)")
            case .stored(let receipts): options.stored(receipts)
            case .refused(let sequence, let reason):
                logger.warning("the learner refused trajectory \(sequence): \(reason)")
            case .weights: logger.debug("\(event)")
            }
        }
    }

    /// Runs until the learner has no more work, a graceful shutdown, or an error that trying again would not mend.
    /// - Throws: `UserError` with a status of `ActorStatus` where another start may go on, or no learner was found.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            async let _: Void = life.endEnvironmentsThatHang(after: Self.patience)
            try await work()
        } onGracefulShutdown: { [client, life] in
            if life.stop() { client.stopSubmitting() } else { client.stop() }
        }
    }

    private func work() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.connect() }
                group.addTask { try await self.play() }
                // The connection ends when playing has, and the other way round.
                try await group.waitForAll()
            }
        } catch TransportError.configurationChanged {
            throw UserError("\(TransportError.configurationChanged)", exitCode: ActorStatus.anotherRun)
        } catch TransportError.refused(let refusal) where refusal.code == .run {
            throw UserError("\(TransportError.refused(refusal))", exitCode: ActorStatus.anotherRun)
        } catch let error as EnvironmentError {
            throw UserError("\(error)", exitCode: ActorStatus.environmentFailed)
        }
    }

    // MARK: The connection

    private func connect() async throws {
        defer { life.disconnected() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.client.run() }
            group.addTask { try await self.giveUp() }
            // Whichever ends first ends the other.
            try await group.next()
            group.cancelAll()
        }
    }

    /// Returns where it is cancelled.
    /// - Throws: once there has been no learner for as long as it looks for one.
    private func giveUp() async throws(UserError) {
        var lost = ContinuousClock.now
        while (try? await Task.sleep(for: .milliseconds(100))) != nil {
            if client.status.isConnected { lost = .now }
            guard let limit = options.giveUp(), ContinuousClock.now - lost >= limit else { continue }
            throw UserError(
                "no learner at \(options.client.learner) for \(Int(limit / .seconds(1))) s (--give-up)",
                exitCode: ActorStatus.gaveUp)
        }
    }

    // MARK: Playing

    private func play() async throws {
        let loop: any Playing
        do {
            let welcome = try await client.welcome()
            guard life.join() else { return client.stop() }
            loop = try makeLoop(welcome)
        } catch TransportError.stopped {
            // Why there is no connection, the connection says.
            return
        } catch {
            client.stop()
            // Whoever is to stop has no use for what did not come about.
            if life.isStopping { return }
            throw error
        }
        do {
            try await DedicatedThread.run("environments", with: loop) { try $0.run() }
        } catch {
            await client.finish(timeout: options.handover)
            throw error
        }
        await handOver()
    }

    private func makeLoop(_ welcome: Welcome) throws -> any Playing {
        switch options.client.role {
        case .actor:
            try PlayLoop(
                welcome: welcome, client: client, python: options.python, output: options.output,
                allowance: options.allowance, rounds: rounds, logger: logger)
        case .evaluator:
            EvaluationLoop(
                try welcome.configuration(allowing: options.allowance, for: .evaluation), client: client,
                host: EnvironmentHost(python: options.python, output: options.output), logger: logger)
        }
    }

    private func handOver() async {
        let left = await client.finish(timeout: options.handover)
        guard left > 0 else { return }
        // It was asked for no more than it has sent.
        logger.log(
            level: life.isLearnerStopping ? .info : .warning, "\(left) trajectories were not acknowledged")
    }
}
