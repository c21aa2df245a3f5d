import Experience
import Logging
import NIOCore
import NIOEmbedded
import TestSupport
import Testing
import Threads
import TrajectoryCodec
import Wire

@testable import Transport

/// What the connections of one server have in common, on channels without sockets.
@Suite struct ServerCoreTests {
    private let endpoint = RecordingEndpoint(completesAtOnce: false)
    private let throttle = CurrentThrottle()

    private func core(
        maximumConnections: Int = 100, frameMemory: Int = 1 << 20, descriptors: Int = 1 << 14, logger: Logger = quiet
    ) -> ServerCore {
        ServerCore(
            configuration: .init(
                port: 0, token: "", maximumConnections: maximumConnections, frameMemory: frameMemory),
            identity: .init(runID: "run", generation: 1), endpoint: endpoint, throttle: throttle,
            descriptors: descriptors, logger: logger)
    }

    private func message(_ sequence: UInt64, _ trajectory: EncodedTrajectory) -> Message {
        .trajectory(TrajectoryMessage(sequence: sequence, header: trajectory.header))
    }

    @Test func theNewerConnectionOfANameReplacesTheOlder() throws {
        let core = core()
        let (older, newer) = (try Peer(core), try Peer(core))
        try older.join("a", incarnation: 1)
        try newer.join("a", incarnation: 2)
        #expect(try older.heard().last == .goodbye(Goodbye(.replaced, "a newer connection uses the name a")))
        #expect(!older.channel.isActive && newer.channel.isActive)
        #expect(core.status.map(\.incarnation) == [2])
        #expect(endpoint.state.read { $0.joined.map(\.incarnation) == [1, 2] && $0.left.isEmpty })
        try newer.say(.goodbye(Goodbye(.finished, "done")))
        #expect(endpoint.state.read { $0.left } == ["done"])
        #expect(core.status.isEmpty)
    }

    @Test func aFullServerTakesTheSameActorAgainButNoOther() throws {
        let core = core(maximumConnections: 1)
        let (first, again, other) = (try Peer(core), try Peer(core), try Peer(core))
        try first.join("a", incarnation: 1)
        try again.join("a", incarnation: 1)
        #expect(again.channel.isActive)
        try other.join("b", incarnation: 1)
        guard case .refusal(let refusal) = try other.heard().first else {
            Issue.record("a second actor was let in")
            return
        }
        #expect(refusal.code == .full)
        #expect(core.status.map(\.actor) == ["a"])
    }

    /// Half of the descriptors are not for connections: 8 strangers and 24 actors in 64.
    @Test func theOldestStrangerMakesWayForANewerOne() throws {
        let core = core(descriptors: 64)
        let strangers = try (0..<12).map { _ in try Peer(core) }
        #expect(strangers.map(\.channel.isActive) == (0..<12).map { $0 >= 4 })
        let actors = try (0..<4).map { number in
            let actor = try Peer(core)
            try actor.join("a\(number)", incarnation: 1)
            return actor
        }
        // Each took the place of one, and has left it to nobody yet.
        #expect(strangers.map(\.channel.isActive) == (0..<12).map { $0 >= 5 })
        #expect(actors.allSatisfy { $0.channel.isActive })
    }

    /// The one that never heard that its name was taken does not take it back.
    @Test func twoProcessesOfOneNameDoNotOustEachOtherForEver() throws {
        let core = core()
        let (older, newer, again) = (try Peer(core), try Peer(core), try Peer(core))
        try older.join("a", incarnation: 1)
        try newer.join("a", incarnation: 2)
        try again.join("a", incarnation: 1)
        guard case .refusal(let refusal) = try again.heard().first else {
            Issue.record("the older one has the name again")
            return
        }
        #expect(refusal.code == .name && refusal.isFinal)
        #expect(core.status.map(\.incarnation) == [2])
    }

    /// Each start is another process, so that nobody is refused: then somebody is told, once for many times.
    @Test func processesThatKeepOustingEachOtherAreReported() throws {
        let log = Recorded()
        let core = core(logger: Logger(label: "test") { _ in RecordingHandler(recorded: log) })
        for incarnation in 1...20 as ClosedRange<UInt64> {
            try Peer(core).join("a", incarnation: incarnation)
            // Another one that loses its connection and comes back is no quarrel.
            try Peer(core).join("b", incarnation: 1)
        }
        let warnings = log.lines.filter { $0.contains("replaced") }
        #expect(warnings.count == 1)
        #expect(warnings.first?.hasPrefix("actor a was replaced 3 times in 1 s: two processes have this name") == true)
        #expect(core.status.map(\.incarnation) == [20, 1])
    }

    /// Who is here is dismissed, who was away is when it comes back, and then nobody is left to be told.
    @Test func whoeverComesHearsThatTheRunIsComplete() throws {
        let core = core()
        let (present, lost, done) = (try Peer(core), try Peer(core), try Peer(core))
        for (peer, name) in [(present, "a"), (lost, "b"), (done, "c")] { try peer.join(name, incarnation: 1) }
        try lost.channel.close().wait()
        try done.say(.goodbye(Goodbye(.finished, "done")))
        core.finish("all is done")
        #expect(try present.heard().last == .goodbye(Goodbye(.finished, "all is done")))
        #expect(core.isAnybodyAway)
        let again = try Peer(core)
        try again.join("b", incarnation: 1)
        #expect(try again.heard() == [.refusal(Refusal(.finished, "all is done"))])
        #expect(!core.isAnybodyAway)
    }

    /// Refused while the learner drains, an actor will ask again: the run may be complete by then.
    @Test func whoWasRefusedMeanwhileHearsOfTheEndToo() throws {
        let core = core()
        core.drain("preempted")
        let early = try Peer(core)
        try early.join("a", incarnation: 1)
        let told = try early.heard().map { message in
            if case .refusal(let refusal) = message { refusal.code } else { Refusal.Code.full }
        }
        #expect(told == [.draining])
        core.finish("all is done")
        #expect(core.isAnybodyAway)
        let again = try Peer(core)
        try again.join("a", incarnation: 1)
        #expect(try again.heard() == [.refusal(Refusal(.finished, "all is done"))])
        #expect(!core.isAnybodyAway)
    }

    @Test func drainingAsksThePresentAndRefusesTheNew() throws {
        let core = core()
        let (present, new) = (try Peer(core), try Peer(core))
        try present.join("a", incarnation: 1)
        core.drain("why")
        #expect(try present.heard().last == .drain(Drain(reason: "why")))
        try new.join("b", incarnation: 1)
        guard case .refusal(let refusal) = try new.heard().first else {
            Issue.record("a new actor was let in")
            return
        }
        #expect(refusal.code == .draining)
    }

    @Test func whatIsCommittedTogetherIsAcknowledgedTogether() throws {
        let core = core()
        let (a, b) = (try Peer(core), try Peer(core))
        let trajectory = sample()
        for (peer, name) in [(a, "a"), (b, "b")] {
            try peer.join(name, incarnation: 1)
            for sequence in 1...2 as ClosedRange<UInt64> {
                try peer.say(message(sequence, trajectory), payload: trajectory.payload)
            }
            _ = try peer.heard()
        }
        core.settle(endpoint.commit())
        for peer in [a, b] {
            let credit = Credit(bytes: UInt64(2 * trajectory.header.decompressedBytes))
            #expect(
                try peer.heard() == [.acknowledgement(Acknowledgement(stored: [1, 2])), .credit(credit)])
        }
    }

    /// A connection that comes later has sent it again, or will.
    @Test func whatAnEarlierConnectionBroughtIsNotAcknowledgedUnseen() throws {
        let core = core()
        let (older, newer) = (try Peer(core), try Peer(core))
        let trajectory = sample()
        try older.join("a", incarnation: 1)
        try older.say(message(1, trajectory), payload: trajectory.payload)
        try newer.join("a", incarnation: 1)
        _ = try newer.heard()
        core.settle(endpoint.commit())
        #expect(try newer.heard() == [])
        try newer.say(message(1, trajectory), payload: trajectory.payload)
        core.settle(endpoint.commit())
        #expect(try newer.heard().first == .acknowledgement(Acknowledgement(duplicates: [1])))
    }

    @Test func memoryForFramesPassesOnInTurn() throws {
        let core = core(frameMemory: 100_000)
        let peers = try (0..<3).map { _ in try Peer(core) }
        for (number, peer) in peers.enumerated() {
            try peer.join("a\(number)", incarnation: 1)
            let bytes = frame(message(1, sample()), payload: ByteBuffer(repeating: 0, count: 100_000))
            try peer.channel.writeInbound(ByteBuffer(bytes: bytes.dropLast(100_000)))
        }
        #expect(core.isMemoryContested)
        // The second waits for the first, and what it sends meanwhile is taken when its turn comes.
        try peers[1].channel.writeInbound(ByteBuffer(repeating: 0, count: 100_000))
        try peers[0].channel.close().wait()
        #expect(!core.isMemoryContested)
        try peers[2].channel.writeInbound(ByteBuffer(repeating: 0, count: 100_000))
        for peer in peers[1...] {
            let answers = try peer.heard().compactMap {
                if case .acknowledgement(let answer) = $0 { answer } else { nil }
            }
            #expect(answers.flatMap { $0.refused.map(\.sequence) } == [1])
        }
    }

    @Test func openingTheThrottleReadsWhatWaits() throws {
        let core = core()
        let peer = try Peer(core)
        let trajectory = sample()
        try peer.join("a", incarnation: 1)
        throttle.set(Throttle(mayRead: false))
        try peer.say(message(1, trajectory), payload: trajectory.payload)
        #expect(endpoint.state.read { $0.keys.isEmpty })
        throttle.set(Throttle())
        core.throttleChanged()
        #expect(endpoint.state.read { $0.keys.count } == 1)
    }

    @Test func whoIsSilentIsGoneAfterThreeHeartbeats() throws {
        let core = core()
        let (peer, stranger) = (try Peer(core), try Peer(core))
        try peer.join("a", incarnation: 1)
        peer.channel.embeddedEventLoop.advanceTime(by: .seconds(19))
        #expect(peer.channel.isActive)
        peer.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!peer.channel.isActive)
        #expect(endpoint.state.read { $0.left } == ["it was silent for 3 heartbeats"])
        stranger.channel.embeddedEventLoop.advanceTime(by: .seconds(10))
        #expect(!stranger.channel.isActive)
    }
}

/// The other side of one connection.
private final class Peer {
    let channel: EmbeddedChannel
    private var decoder = FrameDecoder(limits: .answers)

    init(_ core: ServerCore) throws {
        channel = EmbeddedChannel(handler: ServerConnectionHandler(core: core, now: .uptimeNanoseconds(0)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    func join(_ name: String, incarnation: UInt64) throws {
        try say(.hello(Hello(actor: name, incarnation: incarnation)))
    }

    func say(_ message: Message, payload: ByteBuffer = ByteBuffer()) throws {
        try channel.writeInbound(ByteBuffer(bytes: frame(message, payload: payload)))
        channel.embeddedEventLoop.run()
    }

    /// What has come since the last call.
    func heard() throws -> [Message] {
        while case .byteBuffer(let bytes)? = try channel.readOutbound(as: IOData.self) { decoder.append(bytes) }
        var messages: [Message] = []
        while let frame = try decoder.next() {
            messages.append(try Message(frame))
            decoder.limits = .fromLearner
        }
        return messages
    }
}
