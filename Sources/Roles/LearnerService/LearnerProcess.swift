import AgentChoice
import Diagnostics
import Foundation
import Logging
import Measurements
import NIOCore
import Replay
import Runs
import ServiceLifecycle
import Settings
import Synchronization
import Threads
import Transport
import Wire

/// The learner's role: takes experience in, trains, and sends weights out.
public final class LearnerProcess: Service {
    public struct Options: Sendable {
        public var configuration: Configuration
        public var directory: RunDirectory
        public var host: String
        public var port: Int
        /// Nil: connections are not encrypted.
        public var tls: TLSFiles?
        public var token: String
        /// File in which actors find this learner; nil: they are told otherwise.
        public var addressFile: String?
        /// Under which name or address actors on other machines reach it.
        public var advertisedHost: String
        /// Called with the address once actors can connect.
        public var listening: @Sendable (String) -> Void
        /// Called once the run is complete, before its actors are dismissed.
        public var completed: @Sendable () -> Void
        /// Other learners of the same agent; nil where there are none.
        package var group: TrainingGroup?
        /// Where the learner publishes what it measures.
        public var measurements: MeasurementHub

        package init(
            configuration: Configuration, directory: RunDirectory, host: String, port: Int, tls: TLSFiles?,
            token: String, addressFile: String? = nil, advertisedHost: String = "",
            listening: @escaping @Sendable (String) -> Void = { _ in },
            completed: @escaping @Sendable () -> Void = {}, group: TrainingGroup? = nil, measurements: MeasurementHub
        ) {
            self.configuration = configuration
            self.directory = directory
            self.host = host
            self.port = port
            self.tls = tls
            self.token = token
            self.addressFile = addressFile
            self.advertisedHost = advertisedHost
            self.listening = listening
            self.completed = completed
            self.group = group
            self.measurements = measurements
        }
    }

    private let options: Options
    private let logger: Logger
    /// Nil before training has begun.
    private let training = Mutex<TrainingStop?>(nil)

    public init(_ options: Options, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    /// Has a checkpoint written after the training step that is under way. Any thread may call it.
    public func save() {
        training.withLock { $0 }?.askToSave()
    }

    /// Runs until the run is complete or a graceful shutdown; either way ends with a checkpoint.
    public func run() async throws {
        let server = LearnerServer(
            configuration: .init(host: options.host, port: options.port, tls: options.tls, token: options.token),
            logger: logger)
        // Before anything changes in the directory.
        try await server.listen()
        do { try await run(server) } catch {
            await server.stop(.shutdown, "the learner stops")
            throw error
        }
    }

    private func run(_ server: LearnerServer) async throws {
        let c = options.configuration
        let place = options.group?.place ?? .alone
        let announcer = try options.addressFile.map { path throws(UserError) in
            try Announcer(AddressFile(path).ofRank(place.rank).path, tls: options.tls)
        }
        let intake = try Intake(
            c, directory: options.directory, server: server, announced: announcer?.earlier, place: place,
            measurements: options.measurements, logger: logger)
        let status = TrainerStatus()
        let trainer = try Trainer(
            configuration: c, directory: options.directory, replay: intake.replay, meeting: meeting(intake),
            measurements: options.measurements, status: status, logger: logger,
            publish: { intake.publish($0, trainSteps: $1) })
        // Replay and checkpoint have taken these settings.
        try options.directory.store(c)
        training.withLock { [stop = trainer.stop] in $0 = stop }
        let address = try await intake.start()
        intake.count(elsewhere: trainer.absent)
        let identity = intake.identity
        try announcer?.begin(
            LearnerAnnouncement(
                run: identity.runID, generation: identity.generation, host: options.advertisedHost,
                port: address.port ?? options.port, ranks: place.count > 1 ? place.count : nil))
        options.listening("\(address.ipAddress ?? options.host):\(address.port ?? options.port)")
        let result: Result<Bool, any Error>
        do { result = .success(try await train(trainer, intake.reporter(status), intake, announcer)) } catch {
            result = .failure(error)
        }
        switch result {
        case .success(true):
            options.completed()
            do { try announcer?.complete() } catch { logger.error("\(error.message)") }
            await intake.dismissAll()
        case .success(false): await intake.takeLast()
        case .failure: break
        }
        await intake.server.stop((try? result.get()) == true ? .finished : .shutdown, "the learner stops")
        try intake.close()
        if try result.get() {
            logger.info("the run is complete")
        } else {
            logger.info("stopped; the same command resumes")
        }
    }

    private func meeting(_ intake: Intake) -> GroupMeeting? {
        options.group.map { group in
            GroupMeeting(
                group, logger: logger, elsewhere: { intake.count(elsewhere: $0) },
                actors: { intake.ledger.snapshot.connected.count })
        }
    }

    /// Trains on a thread of its own until the run is complete or it is asked to stop.
    /// - Returns: whether the run is complete.
    /// - Throws: also where training waits for what cannot come any more; the checkpoint is written all the same.
    private func train(
        _ trainer: sending Trainer, _ reporter: LearnerReporter, _ intake: Intake, _ announcer: Announcer?
    ) async throws -> Bool {
        let stop = trainer.stop
        // All of them end with training.
        async let _: Void = reporter.run()
        async let _: Void = stop.whenShuttingDown(intake)
        async let _: Void = stop.whenStarving(intake)
        async let _: Void = stop.whenReplaced(announcer, logger)
        let isComplete = try await DedicatedThread.run("training", with: trainer) { try $0.run() }
        if let reason = stop.reason { throw reason }
        return isComplete
    }
}

extension TrainingStop {
    fileprivate func whenShuttingDown(_ intake: Intake) async {
        // It fails where training has ended by itself, which then hears of it no more.
        if (try? await gracefulShutdown()) != nil { intake.beginLastCall() }
        ask()
    }

    fileprivate func whenReplaced(_ announcer: Announcer?, _ logger: Logger) async {
        guard let reason = await announcer?.keep(unreadable: { logger.warning("\($0.message)") }) else { return }
        giveUp(reason)
    }

    fileprivate func whenStarving(_ intake: Intake) async {
        var starvation = Starvation()
        while !Task.isCancelled {
            if let reason = starvation.look(at: intake.supply) { return giveUp(reason) }
            // Cancellation ends the pause, and with it the loop.
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
