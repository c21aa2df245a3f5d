import Agents
import Diagnostics
import Environments
import Experience
import Logging
import ServiceLifecycle
import Settings
import Tensors
import Threads
import TrajectoryCodec
import Transport
import Wire

/// The actor's role: joins a learner, plays its environments with its policy, and ships what happened.
///
/// Everything but the address and the credential comes from the learner.
public final class ActorProcess: Service {
    public struct Options: Sendable {
        public var client: LearnerClient.Configuration
        /// Interpreter of bridged environments; nil looks for one.
        public var python: String?
        /// Python modules that the learner may have imported here.
        public var modules: Set<String>
        /// How long to wait at the end for what has not been acknowledged.
        public var handover: Duration
        /// Told what is stored, on the client's event loop.
        public var stored: @Sendable ([Receipt]) -> Void

        public init(
            client: LearnerClient.Configuration, python: String? = nil, modules: Set<String> = [],
            handover: Duration = .seconds(10),
            stored: @escaping @Sendable ([Receipt]) -> Void = { _ in }
        ) {
            self.client = client
            self.python = python
            self.modules = modules
            self.handover = handover
            self.stored = stored
        }
    }

    private let options: Options
    private let logger: Logger
    private let client: LearnerClient

    public init(_ options: Options, logger: Logger) {
        self.options = options
        self.logger = logger
        client = LearnerClient(configuration: options.client, logger: logger) { event in
            switch event {
            case .disconnected(let reason): logger.warning("lost the learner: \(reason)")
            case .stored(let receipts): options.stored(receipts)
            case .refused(let sequence, let reason):
                logger.warning("the learner refused trajectory \(sequence): \(reason)")
            default: logger.debug("\(event)")
            }
        }
    }

    /// Runs until the learner has no more work, a graceful shutdown, or an error that trying again would not mend.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.client.run() }
                group.addTask { try await self.play() }
                // The connection ends when playing has, and the other way round.
                try await group.waitForAll()
            }
        } onGracefulShutdown: { [client] in
            client.stopSubmitting()
        }
    }

    private func play() async throws {
        let welcome = try await client.welcome()
        let loop: PlayLoop
        do {
            loop = try PlayLoop(
                welcome: welcome, client: client, python: options.python, modules: options.modules, logger: logger)
        } catch {
            client.stop()
            throw error
        }
        do {
            try await DedicatedThread.run("environments", with: loop) { try $0.run() }
        } catch {
            await client.finish(timeout: options.handover)
            throw error
        }
        let left = await client.finish(timeout: options.handover)
        if left > 0 { logger.warning("\(left) trajectories were not acknowledged") }
    }
}
