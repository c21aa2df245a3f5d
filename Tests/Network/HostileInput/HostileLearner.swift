import Diagnostics
import Experience
import Foundation
import Logging
import Measurements
import NIOCore
import NIOEmbedded
import Replay
import Settings
import Threads
import TrajectoryCodec

@testable import LearnerService
@testable import Transport
@testable import Wire

/// A learner without sockets and without training, in a directory that lives as long as the value: connections, endpoint,
/// storage, reports and samplers are those of a run. Its memory and its directory have the limits of a small replay.
final class HostileLearner {
    /// Most times that storage, reports and samplers are looked at, as each waits for a commit.
    static let maximumLooks = 4

    let core: ServerCore
    private let configuration: Configuration
    private let directory: URL
    private let replay: ReplayBuffer
    private let endpoint: CountingEndpoint
    private let ledger = ActorLedger()
    private let measurements = MeasurementHub()
    private let settled = Monitor([SettledTrajectory]())
    private let throttle = CurrentThrottle()
    private var sampler: LearnerSampler
    private var peers: [HostilePeer] = []
    /// Trajectories whose fate has been told.
    private var told = 0
    private var looks = 0

    init() throws {
        configuration = try Self.configuration.get()
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "hostile-learner-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let settled = settled
        replay = try ReplayBuffer(
            directory: directory.path, configuration: configuration.replayConfiguration, shape: Self.shape,
            training: Self.training
        ) { event in
            if case .settled(let trajectories, _) = event { settled.withLock { $0 += trajectories } }
        }
        let logger = Logger(label: "learner") { _ in PrintableLog() }
        endpoint = CountingEndpoint(
            ExperienceEndpoint(
                configuration: configuration, replay: replay, ledger: ledger, measurements: measurements,
                logger: logger))
        core = ServerCore(
            configuration: .init(port: 0, token: "", trajectories: HostileInput.limits, maximumPayload: 1 << 20),
            identity: .init(runID: "run", generation: 1), endpoint: endpoint, throttle: throttle, logger: logger)
        sampler = LearnerSampler(configuration, inserted: 0)
        measurements.subscribe { Self.show($0) }
    }

    deinit {
        for peer in peers { peer.leave() }
        // What is left of the directory is only litter.
        try? replay.close()
        try? FileManager.default.removeItem(at: directory)
    }

    /// A connection that has said `hello`.
    func connect(_ hello: Hello) {
        guard peers.count < 8, let peer = try? HostilePeer(core) else { return }
        peers.append(peer)
        peer.say(.hello(hello))
    }

    /// The connection that was made last.
    var peer: HostilePeer? { peers.last }

    func setThrottle(_ throttle: Throttle) {
        self.throttle.set(throttle)
        core.throttleChanged()
    }

    func publish(_ weights: PolicyWeights) {
        endpoint.learner.staleness.publish(weights.version)
        core.publish(EncodedWeights(weights, learnerGeneration: 1))
    }

    /// Waits until all is stored, tells the actors, and does with it what a learner does.
    func look() {
        guard looks < Self.maximumLooks else { return }
        looks += 1
        let handedOver = endpoint.handedOver
        let all = settled.wait { $0.count >= handedOver ? $0 : nil }
        core.settle(all[told...].map(Settlement.init))
        told = all.count
        for peer in peers { peer.listen() }
        report()
        sample()
    }

    private func report() {
        let samples = sampler.samples(
            replay.statistics, isInsertOpen: replay.limiter.isInsertOpen, actors: ledger.takeReport(), trainer: .init())
        for sample in samples { measurements.publish(sample) }
        if let staleness = endpoint.learner.staleness.take() { measurements.publish(.staleness(staleness)) }
    }

    /// Each line of the metrics can be read again, and nothing that strangers sent keeps a line from being written.
    private static func show(_ record: MeasurementRecord) {
        let line = record.json
        precondition(MeasurementRecord(json: line.utf8) != nil, "a measurement cannot be read: \(line)")
    }

    /// What is acknowledged can be trained from.
    private func sample() {
        let batches = replay.makeReportSampler(Self.training, state: SamplerState(seed: 1))
        defer { batches.close() }
        do throws(ReplayError) {
            for _ in 0..<8 { batches.recycle(try batches.next()) }
        } catch {
            precondition(error.code == .empty, "what was stored cannot be sampled: \(error)")
        }
    }

    // MARK: What it is made of

    private static let training = SampleShape(sequences: 2, length: 4)
    private static let shape = StepShape(image: image, actionCount: 3)
    static let image = ImageShape(height: 16, width: 16, channels: 3)

    /// Resolved once.
    private static let configuration = Result {
        var layers = ConfigurationLayers()
        layers.size = "nano"
        layers.overrides = [
            "agent.image=16", "agent.actions=3", "agent.batch=2", "agent.length=4", "replay.prefill_steps=16",
            "replay.capacity_steps=256", "actors.trajectory_steps=8", "learner.threads=1", "replay.cache_bytes=65536",
            "learner.credit_bytes=4194304",
        ]
        return try layers.resolve()
    }
}

/// A connection to a hostile learner.
final class HostilePeer {
    let channel: EmbeddedChannel
    private var decoder = FrameDecoder(limits: .answers)

    init(_ core: ServerCore) throws {
        channel = EmbeddedChannel(handler: ServerConnectionHandler(core: core, now: .uptimeNanoseconds(0)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func say(_ message: Message, payload: ByteBuffer = ByteBuffer()) {
        var bytes = FrameEncoder.head(message, payloadLength: payload.readableBytes)
        bytes.writeImmutableBuffer(payload)
        send(bytes)
    }

    func send(_ bytes: ByteBuffer) {
        // A channel that is closed takes no more.
        _ = try? channel.writeInbound(bytes)
        channel.embeddedEventLoop.run()
        listen()
    }

    func wait(_ time: TimeAmount) {
        channel.embeddedEventLoop.advanceTime(by: time)
        listen()
    }

    /// Whatever a learner is told, it keeps to the protocol.
    func listen() {
        do {
            while case .byteBuffer(let bytes)? = try channel.readOutbound(as: IOData.self) { decoder.append(bytes) }
            while let frame = try decoder.next() {
                let message = try Message(frame)
                if case .welcome = message { decoder.limits = .fromLearner }
            }
        } catch {
            preconditionFailure("the learner breaks the protocol: \(error)")
        }
    }

    func leave() {
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }
}

/// A learner's endpoint, and how many trajectories it has handed to its storage.
private final class CountingEndpoint: LearnerEndpoint {
    let learner: ExperienceEndpoint
    private let count = Monitor(0)

    init(_ learner: ExperienceEndpoint) {
        self.learner = learner
    }

    var handedOver: Int { count.read { $0 } }

    func join(_ hello: Hello) throws(Refusal) -> Admission { try learner.join(hello) }

    func receive(_ trajectory: EncodedTrajectory, key: TrajectoryKey) -> Settlement.Outcome? {
        let outcome = learner.receive(trajectory, key: key)
        if outcome == nil { count.withLock { $0 += 1 } }
        return outcome
    }

    func receive(_ report: ActorReport, from actor: String) { learner.receive(report, from: actor) }

    func left(_ actor: String, incarnation: UInt64, reason: String) {
        learner.left(actor, incarnation: incarnation, reason: reason)
    }
}

/// Whatever is logged is fit for a terminal.
private struct PrintableLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = (["\(event.message)"] + (event.metadata ?? [:]).map { "\($0)=\($1)" }).joined(separator: " ")
        precondition(line.unicodeScalars.allSatisfy(\.isPrintable), "a line of the log holds \(line.debugDescription)")
    }
}
