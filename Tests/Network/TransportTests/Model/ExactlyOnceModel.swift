import Experience
import NIOCore
import Replay
import TrajectoryCodec
import Wire

@testable import Transport

/// One actor and one learner: their real outbox, state machines, frames and memory of sequence numbers, with models of what is
/// between and below them: channels that lose what is under way, a writer's queue, a disk that keeps what is committed.
///
/// It is what `ClientCore`, `ServerCore` and `ExperienceEndpoint` are to those, without threads and sockets.
final class ExactlyOnceModel {
    /// Bounds, which make the search end.
    static let trajectories = 3
    static let crashes = 1
    static let losses = 2

    static let sample = TransportTests.sample(steps: 1)
    private static let now = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private static let actor = "a"

    let rules: ModelRules
    /// What must never happen and has.
    private(set) var problem: String?

    // The actor
    private var shared = ClientState(outboxBytes: 1 << 20)
    private var incarnation: UInt64 = 1
    private var welcome: Welcome?
    private(set) var link: ModelLink?
    /// What it believes to be stored, over all its starts.
    private var acknowledged: Set<TrajectoryKey> = []

    // The learner
    private var generation: UInt64 = 1
    /// Those whose learner's side is open, oldest first.
    private(set) var links: [ModelLink] = []
    /// The connection that has the actor's name.
    private var member: ModelLink?
    private var received: [UInt64: UInt64] = [:]
    private var queue: [TrajectoryKey] = []
    private var settlements: [[Settlement]] = []

    // The disk
    private var progress: [UInt64: SequenceRanges] = [:]
    private var stored: [TrajectoryKey] = []

    private var submitted: UInt64 = 0
    private var lossesLeft = ExactlyOnceModel.losses
    private var learnerCrashesLeft = ExactlyOnceModel.crashes
    private var actorCrashesLeft = ExactlyOnceModel.crashes

    init(_ rules: ModelRules) {
        self.rules = rules
    }

    // MARK: Events

    var enabled: [ModelEvent] { ModelEvent.allCases.filter(isEnabled) }

    private func isEnabled(_ event: ModelEvent) -> Bool {
        switch event {
        case .submit: submitted < Self.trajectories
        case .connect: link == nil
        case .arriveOverOldest: links.first?.up.isEmpty == false
        case .arriveOverNext: links.count > 1 && !links[1].up.isEmpty
        case .answerArrives: link?.down.isEmpty == false
        case .commitOne: !queue.isEmpty
        case .commitAll: queue.count > 1
        case .settle: !settlements.isEmpty
        case .actorLosesConnection: link.map { $0.hasAnsweredAll && $0.down.isEmpty || lossesLeft > 0 } ?? false
        case .learnerLosesOldest: links.first.map { !$0.isClientOpen || lossesLeft > 0 } ?? false
        case .learnerCrashes: learnerCrashesLeft > 0
        case .actorCrashes: actorCrashesLeft > 0
        }
    }

    func perform(_ event: ModelEvent) {
        switch event {
        case .submit: submit()
        case .connect: connect()
        case .arriveOverOldest: arrive(links[0])
        case .arriveOverNext: arrive(links[1])
        case .answerArrives: answerArrives()
        case .commitOne: commit(1)
        case .commitAll: commit(queue.count)
        case .settle: settle()
        case .actorLosesConnection: actorLosesConnection()
        case .learnerLosesOldest: learnerLoses(links[0])
        case .learnerCrashes: learnerCrashes()
        case .actorCrashes: actorCrashes()
        }
        check()
    }

    private func submit() {
        submitted += 1
        shared.outbox.append(Self.sample)
        guard let link else { return }
        link.client.sendMore()
        obey(client: link)
    }

    private func connect() {
        let client = ClientConnectionState(
            .init(learner: .at(.init(host: "", port: 1)), actor: Self.actor), earlier: welcome)
        let server = ServerConnectionState(
            .init(port: 0, token: ""), identity: .init(runID: "run", generation: generation), now: Self.now)
        let link = ModelLink(client: client, server: server)
        self.link = link
        links.append(link)
        let hello = Hello(
            actor: Self.actor, incarnation: incarnation, nextSequence: shared.outbox.firstUnacknowledged)
        link.client.connected(hello, now: Self.now)
        obey(client: link)
    }

    private func arrive(_ link: ModelLink) {
        link.server.received(link.up.removeFirst().bytes, now: Self.now)
        obey(server: link)
    }

    private func answerArrives() {
        guard let link else { return }
        link.client.received(link.down.removeFirst().bytes, now: Self.now)
        obey(client: link)
    }

    private func actorLosesConnection() {
        guard let link else { return }
        if !link.hasAnsweredAll { lossesLeft -= 1 }
        link.client.disconnected()
        obey(client: link)
    }

    private func learnerLoses(_ link: ModelLink) {
        if link.isClientOpen { lossesLeft -= 1 }
        closeServer(link)
    }

    private func learnerCrashes() {
        learnerCrashesLeft -= 1
        generation += 1
        for link in links {
            link.isServerOpen = false
            // Something of what it wrote may still come; that nothing does is the case of a connection lost as well.
            link.up = []
        }
        (links, member, queue, settlements, received) = ([], nil, [], [], [:])
        if rules == .forgetsWhatWasStored { progress = [:] }
    }

    private func actorCrashes() {
        actorCrashesLeft -= 1
        link?.isClientOpen = false
        link?.down = []
        // One that comes after that of the next process takes the name: the next process ends with a line, and is started
        // again by who supervises it.
        links.removeAll { $0.server.member == nil }
        (shared, link, welcome) = (ClientState(outboxBytes: 1 << 20), nil, nil)
        incarnation += 1
        submitted = 0
    }

    // MARK: The disk

    private func commit(_ count: Int) {
        let batch = queue.prefix(count)
        queue.removeFirst(count)
        settlements.append(batch.map { Settlement(key: $0, outcome: store($0)) })
    }

    private func store(_ key: TrajectoryKey) -> Settlement.Outcome {
        let isKnown = progress[key.incarnation]?.contains(key.sequence) == true
        if isKnown, rules != .storesTwice { return .duplicate }
        stored.append(key)
        if !isKnown { _ = progress[key.incarnation, default: SequenceRanges()].insert(key.sequence) }
        return .stored
    }

    private func settle() {
        let settled = settlements.removeFirst()
        guard let member else { return }
        for settlement in settled { member.server.settled(settlement) }
        obey(server: member)
    }

    // MARK: The learner

    private func obey(server link: ModelLink) {
        while let action = link.server.next(isWritable: true, throttle: Throttle()) {
            switch action {
            case .write(let message, let payload):
                complain(message, "the learner")
                link.write(down: message, payload)
            case .flush: link.flushDown()
            case .closeOutput:
                link.hasAnsweredAll = true
                link.server.outputClosed(now: Self.now)
            case .close: closeServer(link)
            case .join(let hello): join(hello, link)
            case .store(let trajectory, let key): receive(trajectory, key, link)
            case .left, .turnedAway, .giveMemoryBack: break
            case .read, .report, .takeMemory: problem = "the learner does \(action)"
            }
        }
    }

    private func join(_ hello: Hello, _ link: ModelLink) {
        let older = member
        member = link
        if let older {
            older.server.dismiss(.replaced(older.server.status?.incarnation, by: hello))
            obey(server: older)
        }
        let committed = progress[hello.incarnation]?.storedThrough ?? 0
        let through = rules == .welcomesWithReceived ? received[hello.incarnation] ?? committed : committed
        let admission = Admission(
            actorIndex: 0, configuration: "", seed: 0, creditBytes: 2 * Self.sample.header.credit,
            storedThrough: through)
        link.server.admitted(hello, admission, newest: nil, now: Self.now)
    }

    private func receive(_ trajectory: EncodedTrajectory, _ key: TrajectoryKey, _ link: ModelLink) {
        queue.append(key)
        received[key.incarnation] = key.sequence
        if rules == .acknowledgesBeforeCommit { link.server.settled(Settlement(key: key, outcome: .stored)) }
    }

    private func closeServer(_ link: ModelLink) {
        guard link.isServerOpen else { return }
        link.isServerOpen = false
        links.removeAll { $0 === link }
        if member === link { member = nil }
        link.up = []
        link.server.disconnected()
        obey(server: link)
    }

    // MARK: The actor

    private func obey(client link: ModelLink) {
        while let action = link.client.next(isWritable: true) {
            switch action {
            case .write(let message, let payload):
                complain(message, "the actor")
                link.write(up: message, payload)
            case .flush: link.flushUp()
            case .close: link.client.disconnected()
            case .admitted(let welcome): admitted(welcome, link)
            case .send: link.client.send(from: &shared, now: Self.now)
            case .settle(let acknowledgement): settle(acknowledgement, link)
            case .ended(let end): ended(end, link)
            case .received, .tell: problem = "the actor is told \(action)"
            }
        }
    }

    private func admitted(_ welcome: Welcome, _ link: ModelLink) {
        guard welcome.storedThrough < shared.outbox.nextSequence else {
            return link.client.acknowledgedUnknown(welcome.storedThrough)
        }
        self.welcome = welcome
        believe(shared.connected(settledThrough: welcome.storedThrough))
    }

    private func settle(_ acknowledgement: Acknowledgement, _ link: ModelLink) {
        let (stored, unknown) = shared.settle(acknowledgement)
        if let unknown { return link.client.acknowledgedUnknown(unknown) }
        believe(stored)
        link.client.sendMore()
    }

    private func believe(_ entries: [Outbox.Entry]) {
        for entry in entries { acknowledged.insert(key(entry.sequence)) }
    }

    private func key(_ sequence: UInt64) -> TrajectoryKey {
        TrajectoryKey(actor: Self.actor, incarnation: incarnation, sequence: sequence)
    }

    private func ended(_ end: ConnectionEnd, _ link: ModelLink) {
        link.isClientOpen = false
        link.down = []
        shared.status.isConnected = false
        self.link = nil
        guard case .lost = end else {
            problem = "the actor gives up: \(end)"
            return
        }
    }

    // MARK: What must be true

    /// Two sides that keep to the protocol have nothing to complain of.
    private func complain(_ message: Message, _ who: String) {
        if case .goodbye(let goodbye) = message, goodbye.reason == .violation {
            problem = "\(who) complains: \(goodbye.message)"
        }
    }

    private func check() {
        let onDisk = Set(stored)
        if onDisk.count < stored.count { problem = "something is stored twice: \(sequences(stored))" }
        let lost = acknowledged.subtracting(onDisk)
        if !lost.isEmpty { problem = "acknowledged and not stored: \(sequences(Array(lost)))" }
    }

    private func sequences(_ keys: [TrajectoryKey]) -> String {
        keys.map { "\($0.incarnation)/\($0.sequence)" }.joined(separator: ", ")
    }

    /// Without further faults all that the actor has is stored and acknowledged; a problem where it is not.
    func settleDown() {
        for _ in 0..<100 {
            guard problem == nil, let event = Self.calm.first(where: isCalm) else { break }
            perform(event)
        }
        guard problem == nil else { return }
        let all = Set((1..<submitted + 1).map(key))
        if !shared.outbox.isEmpty || !all.isSubset(of: acknowledged) {
            problem = "stuck: \(shared.outbox.count) trajectories are never acknowledged"
        }
    }

    /// What happens by itself, the most urgent first.
    private static let calm: [ModelEvent] = [
        .arriveOverOldest, .arriveOverNext, .commitAll, .commitOne, .settle, .answerArrives, .learnerLosesOldest,
        .actorLosesConnection, .connect,
    ]

    private func isCalm(_ event: ModelEvent) -> Bool {
        switch event {
        case .actorLosesConnection: link.map { $0.hasAnsweredAll && $0.down.isEmpty } ?? false
        case .learnerLosesOldest: links.first.map { !$0.isClientOpen } ?? false
        case .connect: link == nil && !shared.outbox.isEmpty
        default: isEnabled(event)
        }
    }

    /// The same for two states from which the same things can happen.
    var fingerprint: String {
        let ofActor =
            "\(incarnation) \(submitted) \(shared.outbox.firstUnacknowledged) \(shared.outbox.count) \(shared.outbox.unsent)"
        let connections = links.map { link in
            "\(link === self.link) \(link === member) \(link.fingerprint)"
        }
        let own = link.map { $0.isServerOpen ? "open" : $0.fingerprint } ?? "none"
        let ofLearner = "\(sequences(queue)) \(settlements.map { $0.map { "\($0)" } }) \(received) \(progress)"
        let left = "\(lossesLeft) \(learnerCrashesLeft) \(actorCrashesLeft)"
        return [
            ofActor, own, ofLearner, sequences(stored), sequences(acknowledged.sorted { $0.sequence < $1.sequence }),
            left,
        ]
        .joined(separator: "|") + connections.joined(separator: "|")
    }
}
