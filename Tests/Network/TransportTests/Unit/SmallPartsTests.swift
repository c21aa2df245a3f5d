import Glibc
import NIOCore
import NIOEmbedded
import Testing
import TrajectoryCodec
import Wire

@testable import Transport

@Suite struct OutboxTests {
    private func trajectory(bytes: Int) -> EncodedTrajectory {
        EncodedTrajectory(header: sample().header, payload: ByteBuffer(repeating: 1, count: bytes))
    }

    private func outbox(_ count: Int) -> Outbox {
        var outbox = Outbox(capacity: 100)
        for _ in 0..<count { outbox.append(trajectory(bytes: 10)) }
        return outbox
    }

    /// Credit for so many trajectories.
    private func open(_ trajectories: Int) -> CreditWindow {
        let bytes = trajectories * sample().header.decompressedBytes
        var window = CreditWindow(capacity: bytes)
        _ = window.give(bytes)
        return window
    }

    @Test func keepsEverythingUntilItIsAcknowledged() {
        var outbox = outbox(3)
        var window = open(2)
        #expect(outbox.next(within: &window, now: .now())?.sequence == 1)
        #expect(outbox.next(within: &window, now: .now())?.sequence == 2)
        #expect(outbox.next(within: &window, now: .now()) == nil)
        #expect(outbox.bytes == 30)
        let settled = outbox.settle([2])
        #expect(settled.entries.map(\.sequence) == [2])
        #expect(settled.unknown == nil)
        #expect(outbox.count == 2)
        #expect(outbox.bytes == 20)
        #expect(outbox.firstUnacknowledged == 1)
    }

    /// An actor that goes on where another process stood submits some again that the learner has.
    @Test func whatIsSubmittedAgainAndSettledIsDropped() {
        var outbox = Outbox(capacity: 100, nextSequence: 8)
        var window = open(10)
        #expect(outbox.restart(settledThrough: 5).isEmpty)
        outbox.submitAgain(after: 4)
        for _ in 0..<3 { outbox.append(trajectory(bytes: 10)) }
        #expect(outbox.nextSequence == 8 && outbox.count == 2 && outbox.firstUnacknowledged == 6)
        #expect(outbox.next(within: &window, now: .now())?.sequence == 6)
    }

    @Test func whatWasNotSentCannotBeAcknowledged() {
        var outbox = outbox(2)
        var window = open(10)
        _ = outbox.next(within: &window, now: .now())
        let unsent = outbox.settle([2])
        let unknown = outbox.settle([1, 9])
        #expect(unsent.unknown == 2 && unsent.entries.isEmpty)
        #expect(unknown.unknown == 9 && unknown.entries.map(\.sequence) == [1])
    }

    @Test func aNewConnectionSendsAgainInOrder() {
        var outbox = outbox(4)
        var window = open(10)
        while outbox.next(within: &window, now: .now()) != nil {}
        let settled = outbox.restart(settledThrough: 2)
        #expect(settled.map(\.sequence) == [1, 2])
        var again = open(10)
        #expect(outbox.next(within: &again, now: .now())?.sequence == 3)
        #expect(outbox.next(within: &again, now: .now())?.sequence == 4)
        #expect(outbox.next(within: &again, now: .now()) == nil)
    }

    @Test func roomIsLimitedExceptForOne() {
        var outbox = outbox(0)
        #expect(outbox.hasRoom(for: 1000))
        outbox.append(trajectory(bytes: 60))
        #expect(outbox.hasRoom(for: 40))
        #expect(!outbox.hasRoom(for: 41))
    }
}

@Suite struct WeightsSenderTests {
    @Test func finishesWhatItBeganAndSkipsToTheNewest() {
        var sender = WeightsSender()
        #expect(sender.next() == nil)
        let versions = (1...4).map { EncodedWeights(weights($0, count: 100_000), learnerGeneration: 1) }
        sender.publish(versions[0])
        #expect(sender.next()?.message == .weightsOffer(versions[0].offer))
        for version in versions[1...] { sender.publish(version) }
        #expect(sender.next()?.message == .weightsChunk(WeightsChunk(version: 1, index: 0)))
        #expect(sender.next()?.message == .weightsChunk(WeightsChunk(version: 1, index: 1)))
        #expect(sender.sentVersion == 1)
        #expect(sender.next()?.message == .weightsOffer(versions[3].offer))
    }
}

@Suite struct LivenessTests {
    @Test func asksUntilItGivesUp() {
        let start = NIODeadline.uptimeNanoseconds(1_000)
        var liveness = Liveness(interval: .nanoseconds(100), now: start)
        #expect(liveness.tick(now: start + .nanoseconds(300)) == .ask(Heartbeat(nanoseconds: 1300)))
        #expect(liveness.tick(now: start + .nanoseconds(301)) == .giveUp)
        liveness.heard(now: start + .nanoseconds(301))
        #expect(liveness.tick(now: start + .nanoseconds(400)) == .ask(Heartbeat(nanoseconds: 1400)))
    }

    @Test func knowsHowLongAnAnswerTook() {
        let start = NIODeadline.uptimeNanoseconds(1_000)
        var liveness = Liveness(interval: .seconds(1), now: start)
        _ = liveness.tick(now: start)
        liveness.heard(now: start + .milliseconds(30))
        // Answers to what was not asked say nothing.
        for nanoseconds in [0, 999, .max] as [UInt64] {
            liveness.answered(Heartbeat(nanoseconds: nanoseconds, isReply: true))
            #expect(liveness.latency == nil)
        }
        liveness.answered(Heartbeat(nanoseconds: 1_000, isReply: true))
        #expect(liveness.latency == 0.03)
        liveness.heard(now: start + .milliseconds(90))
        liveness.answered(Heartbeat(nanoseconds: 1_000, isReply: true))
        #expect(liveness.latency == 0.03)
    }
}

@Suite struct RefusalLogTests {
    @Test func oneLinePerInterval() {
        var log = RefusalLog(interval: .seconds(10))
        let start = NIODeadline.uptimeNanoseconds(1)
        #expect(log.admit(now: start) == 0)
        #expect(log.admit(now: start + .seconds(1)) == nil)
        #expect(log.admit(now: start + .seconds(9)) == nil)
        #expect(log.admit(now: start + .seconds(10)) == 2)
    }
}

@Suite struct AdmissionRulesTests {
    let rules = AdmissionRules(
        runID: "run", token: "secret", limits: ConnectionLimits(maximum: 2, descriptors: 1024))

    private func code(_ hello: Hello, connections: Int = 0) -> Refusal.Code? {
        do throws(Refusal) {
            try rules.check(hello, connections: connections)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func eachRuleHasItsCode() {
        let good = Hello(token: "secret", actor: "a", incarnation: 1)
        #expect(code(good) == nil)
        #expect(code(good, connections: 2) == .full)
        var hello = good
        hello.runID = "run"
        #expect(code(hello) == nil)
        hello.runID = "other"
        #expect(code(hello) == .run)
        hello = good
        hello.token = "secreT"
        #expect(code(hello) == .token)
        hello.token = ""
        #expect(code(hello) == .token)
        hello = good
        hello.actor = "a b"
        #expect(code(hello) == .name)
        hello.protocolVersion = protocolVersion + 1
        #expect(code(hello) == .protocolVersion)
    }
}

@Suite struct StrangerPlacesTests {
    private final class Connection {}
    private let connections = (0..<100).map { _ in Connection() }

    private func id(_ number: Int) -> ObjectIdentifier { ObjectIdentifier(connections[number]) }

    @Test func anAddressHasAQuarterOfThePlaces() {
        var places = StrangerPlaces(capacity: 40)
        for number in 0..<10 { #expect(holds(places.enter(id(number), from: "a") == nil)) }
        #expect(holds(places.enter(id(10), from: "b") == nil))
        #expect(holds(places.enter(id(11), from: "a") == id(0)))
        places.leave(id(1))
        #expect(holds(places.enter(id(12), from: "a") == nil))
        #expect(places.count == 11)
    }

    @Test func theOldestOfAllMakesWayWhereAllIsTaken() {
        var places = StrangerPlaces(capacity: 40)
        for number in 0..<40 { #expect(holds(places.enter(id(number), from: "\(number)") == nil)) }
        #expect(holds(places.enter(id(40), from: "new") == id(0)))
        #expect(places.count == 40)
    }
}

@Suite struct ConnectionLimitsTests {
    @Test(arguments: [(1 << 14, 1024, 1024), (1024, 128, 384), (64, 8, 24), (8, 8, 1)])
    func descriptorsAreLeftForStorage(descriptors: Int, strangers: Int, actors: Int) {
        let limits = ConnectionLimits(maximum: 1024, descriptors: descriptors)
        #expect(limits.strangers == strangers)
        #expect(limits.actors == actors)
        #expect(limits.advice.contains("ulimit") == (actors < 1024))
    }
}

@Suite struct OriginTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "20:1:d:b8:0:1:0:2"), ("::ffff:192.0.2.7", "c0:0:2:7"),
    ]) func anIPv6HostIsItsNetwork(address: String, origin: String) throws {
        #expect(try SocketAddress(ipAddress: address, port: 1).origin == origin)
    }
}

@Suite struct ConnectionFailureTests {
    @Test func theSystemsWordsAreMadePlain() {
        let reset = IOError(errnoCode: ECONNRESET, reason: "read(descriptor:pointer:size:)")
        #expect(ConnectionFailure.reason(reset) == "the connection was reset by the other side")
        #expect(ConnectionFailure.reason(ChannelError.connectTimeout(.seconds(1))) == "it does not answer")
    }
}

@Suite struct DeadlineTimerTests {
    /// Both are due at the same time, so the loop has taken both when the first one runs.
    @Test func whatIsCancelledAtTheLastMomentDoesNotHappen() {
        let loop = EmbeddedEventLoop()
        var (first, second) = (DeadlineTimer(), DeadlineTimer())
        var happened: [Int] = []
        let deadline = NIODeadline.uptimeNanoseconds(0) + .seconds(1)
        first.follow(deadline, on: loop) {
            happened.append(1)
            second.cancel()
        }
        second.follow(deadline, on: loop) { happened.append(2) }
        loop.advanceTime(by: .seconds(2))
        #expect(happened == [1])
    }
}
