import CAllocations
import Experience
import NIOCore
import Testing
import TrajectoryCodec
import Wire

@testable import Transport

/// Every transition of a connection as the learner sees it, without sockets.
@Suite struct ServerConnectionStateTests {
    typealias Action = ServerConnectionState.Action

    static let hello = Hello(actor: "a", incarnation: 5)
    let start = NIODeadline.uptimeNanoseconds(1_000)
    let encoded = sample()

    private func state() -> ServerConnectionState {
        ServerConnectionState(
            .init(port: 0, token: "", heartbeat: .seconds(1), handshakeTimeout: .seconds(10)),
            identity: .init(runID: "run", generation: 4), now: start)
    }

    private func admission(_ credit: Int, _ storedThrough: UInt64) -> Admission {
        Admission(actorIndex: 3, configuration: "c", seed: 7, creditBytes: credit, storedThrough: storedThrough)
    }

    /// Let in, and all that follows is done.
    private func admitted(
        as role: Hello.Role = .actor, credit: Int = 1 << 20, storedThrough: UInt64 = 0, newest: EncodedWeights? = nil,
        throttle: Throttle = Throttle(), isWritable: Bool = true
    ) -> ServerConnectionState {
        var state = state()
        var hello = Self.hello
        hello.role = role
        state.received(.hello(hello), now: start)
        _ = state.next()
        state.admitted(hello, admission(credit, storedThrough), newest: newest, now: start)
        _ = state.rest(isWritable: isWritable, throttle: throttle)
        return state
    }

    private func message(_ sequence: UInt64) -> Message {
        .trajectory(TrajectoryMessage(sequence: sequence, header: encoded.header))
    }

    private func key(_ sequence: UInt64) -> TrajectoryKey {
        TrajectoryKey(actor: "a", incarnation: 5, sequence: sequence)
    }

    private func settlement(_ sequence: UInt64, _ outcome: Settlement.Outcome) -> Settlement {
        Settlement(key: key(sequence), outcome: outcome)
    }

    private func credit(_ trajectories: Int) -> Action {
        .write(.credit(Credit(bytes: UInt64(trajectories * encoded.header.decompressedBytes))), nil)
    }

    private func violation(_ reason: String) -> [Action] {
        [.write(.goodbye(Goodbye(.violation, reason)), nil), .flush, .closeOutput]
    }

    // MARK: Introduction

    @Test func whoIntroducesItselfIsWelcomed() {
        var state = state()
        #expect(state.rest() == [])
        state.received(.hello(Self.hello), now: start)
        #expect(state.rest() == [.join(Self.hello)])
        #expect(state.deadline == nil)
        state.admitted(Self.hello, admission(100, 0), newest: nil, now: start)
        let welcome = Welcome(
            runID: "run", learnerGeneration: 4, actorIndex: 3, configuration: "c", seed: 7, creditBytes: 100,
            storedThrough: 0, heartbeatMilliseconds: 1000)
        #expect(
            state.rest() == [.write(.welcome(welcome), nil), .write(.credit(Credit(bytes: 100)), nil), .flush])
        #expect(state.deadline == start + .seconds(1))
    }

    @Test func whoIsRefusedHearsWhy() {
        var state = state()
        state.received(.hello(Self.hello), now: start)
        _ = state.next()
        let refusal = Refusal(.token, "no")
        state.refused(refusal)
        #expect(
            state.rest() == [.turnedAway(reason: "no"), .write(.refusal(refusal), nil), .flush, .closeOutput])
    }

    @Test func strangersGetNoAnswer() {
        var state = state()
        state.received(ByteBuffer(bytes: [UInt8](repeating: 1, count: 100)), now: start)
        #expect(state.rest() == [.turnedAway(reason: WireError.notAFrame.description), .close])
        state.received(.hello(Self.hello), now: start)
        #expect(state.rest() == [])
        #expect(state.deadline == nil)
    }

    @Test func whoSaysNothingIsShutOutInTime() {
        var state = state()
        #expect(state.deadline == start + .seconds(10))
        state.timePassed(start + .seconds(9))
        #expect(state.rest() == [])
        state.timePassed(start + .seconds(10))
        #expect(state.rest() == [.turnedAway(reason: "it has not introduced itself in time"), .close])
    }

    @Test func whoIsAdmittedUnaskedIsAMistakeOfOurs() async {
        await #expect(processExitsWith: .failure) {
            var state = ServerConnectionState(
                .init(port: 0, token: ""), identity: .init(runID: "", generation: 1), now: .now())
            state.admitted(
                Hello(actor: "a", incarnation: 1),
                Admission(actorIndex: 0, configuration: "", seed: 0, creditBytes: 1, storedThrough: 0), newest: nil,
                now: .now())
        }
        await #expect(processExitsWith: .failure) {
            var state = ServerConnectionState(
                .init(port: 0, token: ""), identity: .init(runID: "", generation: 1), now: .now())
            state.refused(Refusal(.token, "no"))
        }
    }

    @Test(arguments: [.hello(hello), .credit(Credit(bytes: 1)), .drain(Drain(reason: ""))] as [Message])
    func whatIsNotAnActorsToSayEndsTheConnection(message: Message) {
        var state = admitted()
        state.received(message, now: start)
        let actions = state.rest()
        guard actions.count == 3, case .write(.goodbye(let goodbye), nil) = actions[0] else {
            Issue.record("\(actions)")
            return
        }
        #expect(goodbye.reason == .violation)
        #expect(actions[1...] == [.flush, .closeOutput])
    }

    // MARK: Trajectories

    @Test func trajectoriesAreStoredAndAcknowledgedWhenSettled() {
        var state = admitted()
        for sequence in 1...3 as ClosedRange<UInt64> { state.received(message(sequence), encoded.payload, now: start) }
        #expect(state.rest() == (1...3).map { .store(encoded, key($0)) })
        state.settled(settlement(2, .stored))
        state.settled(settlement(1, .duplicate))
        state.settled(settlement(3, .refused("no")))
        let all = Acknowledgement(stored: [2], duplicates: [1], refused: [.init(sequence: 3, reason: "no")])
        #expect(state.rest() == [.write(.acknowledgement(all), nil), credit(3), .flush])
        #expect(state.rest() == [])
    }

    /// A learner makes millions of them.
    @Test func acknowledgementsLeaveNothingBehind() {
        var state = admitted()
        let message = ByteBuffer(bytes: frame(.heartbeat(Heartbeat(nanoseconds: 1))))
        let outcomes: [Settlement.Outcome] = [.stored, .stored, .duplicate, .refused("no")]
        var sequence: UInt64 = 0
        func acknowledge(_ state: inout ServerConnectionState) -> Int {
            for outcome in outcomes {
                sequence += 1
                state.received(self.message(sequence), encoded.payload, now: start)
                state.received(message, now: start)
                _ = state.rest()
                state.settled(settlement(sequence, outcome))
            }
            return state.rest().count
        }
        // An acknowledgement, credit, and a flush.
        #expect(acknowledge(&state) == 3)
        let before = dk_live_blocks()
        for _ in 0..<100 { _ = acknowledge(&state) }
        #expect(dk_live_blocks() - before < 10)
    }

    @Test func sequenceNumbersRise() {
        var state = admitted(storedThrough: 7)
        state.received(message(7), encoded.payload, now: start)
        #expect(state.rest() == violation("sequence number 7 does not follow 7"))
    }

    @Test func creditIsEnforced() {
        let size = encoded.header.decompressedBytes
        var state = admitted(credit: size + 10)
        state.received(message(1), encoded.payload, now: start)
        state.received(message(2), encoded.payload, now: start)
        #expect(
            state.rest()
                == [.store(encoded, key(1))] + violation("a trajectory of \(size) bytes exceeds the credit of 10"))
    }

    /// Not even one that is as large as its whole window, which is empty.
    @Test func anEvaluatorSendsNoExperience() {
        var state = admitted(as: .evaluator, credit: 0)
        state.received(message(1), encoded.payload, now: start)
        #expect(state.rest() == violation("an evaluator sends no experience"))
    }

    @Test func damagedTrajectoriesAreRefusedAndTheConnectionStays() {
        var state = admitted()
        var damaged = encoded.payload
        damaged.setInteger(~(damaged.getInteger(at: 3, as: UInt8.self) ?? 0), at: 3)
        state.received(ByteBuffer(bytes: frame(message(1), payload: damaged)), now: start)
        state.received(message(2), encoded.payload, now: start)
        let actions = state.rest()
        #expect(actions.first == .store(encoded, key(2)))
        guard case .write(.acknowledgement(let acknowledgement), nil) = actions.dropFirst().first else {
            Issue.record("\(actions)")
            return
        }
        #expect(acknowledgement.refused.map(\.sequence) == [1])
        #expect(actions.dropFirst(2) == [credit(1), .flush])
    }

    /// Whoever refuses gives back what was taken, whatever the header claimed: the client has reckoned with the same.
    @Test(arguments: [(1, 1025), (1 << 20, 1 << 20), (Int(UInt32.max), Int(UInt32.max))])
    func whatARefusedOneTookComesBack(side: Int, steps: Int) {
        var state = admitted()
        var header = encoded.header
        header.shape.image = ImageShape(height: side, width: side, channels: 3)
        header.steps = steps
        state.received(
            .trajectory(TrajectoryMessage(sequence: 1, header: header)), encoded.payload, now: start)
        let actions = state.rest()
        guard actions.count == 3, case .write(.acknowledgement(let answer), nil) = actions[0] else {
            Issue.record("\(actions)")
            return
        }
        #expect(answer.refused.map(\.sequence) == [1])
        #expect(actions[1] == .write(.credit(Credit(bytes: UInt64(header.credit))), nil))
        #expect(state.status?.credit == 1 << 20)
    }

    // MARK: Peers that do not read

    /// They get no more answers than the connection takes, and are not read while many wait.
    @Test func answersThatAreNotReadDoNotPileUp() {
        var state = admitted(credit: 1 << 30)
        var damaged = encoded.payload
        damaged.setInteger(~(damaged.getInteger(at: 3, as: UInt8.self) ?? 0), at: 3)
        for sequence in 1...2000 as ClosedRange<UInt64> {
            state.received(ByteBuffer(bytes: frame(message(sequence), payload: damaged)), now: start)
            state.readRequested()
            _ = state.rest(isWritable: false)
        }
        #expect(state.member?.unanswered == ServerConnectionState.maximumUnanswered)
        let actions = state.rest()
        #expect(actions.count { if case .write(.acknowledgement, nil) = $0 { true } else { false } } == 2)
        #expect(actions.last == .read)
        #expect(state.member?.unanswered == 0)
    }

    @Test func whoDoesNotReadItsAnswersIsClosed() {
        var state = admitted()
        state.received(message(1), encoded.payload, now: start)
        _ = state.rest(isWritable: false)
        state.settled(settlement(1, .stored))
        for second in 1...3 as ClosedRange<Int64> {
            #expect(state.rest(isWritable: false) == [])
            state.received(.heartbeat(Heartbeat(nanoseconds: 1)), now: start + .seconds(second))
            _ = state.rest(isWritable: false)
            state.timePassed(start + .seconds(second), isWritable: false)
        }
        #expect(state.rest(isWritable: false) == [.close])
        state.disconnected()
        #expect(
            state.rest() == [.left(Self.hello, reason: "it did not read its acknowledgements for 3 heartbeats")])
    }

    /// Weights take long over a slow connection; acknowledgements go out in between.
    @Test func whoReadsNowAndThenStays() {
        var state = admitted()
        for second in 1...9 as ClosedRange<Int64> {
            state.received(message(UInt64(second)), encoded.payload, now: start + .seconds(second))
            _ = state.rest(isWritable: false)
            state.settled(settlement(UInt64(second), .stored))
            if second.isMultiple(of: 2) { _ = state.rest() }
            state.timePassed(start + .seconds(second), isWritable: false)
        }
        #expect(!state.rest().contains(.close))
    }

    @Test func settlingAfterTheEndIsIgnored() {
        var state = admitted()
        state.received(message(1), encoded.payload, now: start)
        _ = state.rest()
        state.disconnected()
        state.settled(settlement(1, .stored))
        #expect(state.rest() == [.left(Self.hello, reason: "the connection was lost")])
    }

    /// What an earlier connection has brought may be settled while the same is here again.
    @Test func whatIsSettledTwiceIsAcknowledgedOnce() {
        var state = admitted()
        state.settled(settlement(1, .stored))
        #expect(state.rest() == [])
        state.received(message(1), encoded.payload, now: start)
        _ = state.rest()
        var stranger = settlement(1, .stored)
        stranger.key.incarnation = 4
        state.settled(stranger)
        #expect(state.rest() == [])
        state.settled(settlement(1, .stored))
        #expect(
            state.rest() == [.write(.acknowledgement(Acknowledgement(stored: [1])), nil), credit(1), .flush])
        state.settled(settlement(1, .duplicate))
        #expect(state.rest() == [])
    }

    @Test func reportsAreHandedOn() {
        var state = admitted()
        let report = ActorReport(environmentSteps: 1, stepsPerSecond: 2, policyVersion: 3)
        state.received(.report(report), now: start)
        #expect(state.rest() == [.report(report, actor: "a")])
    }

    // MARK: Throttle

    @Test func creditIsWithheldAndThenGrantedAtOnce() {
        var state = admitted(credit: 100, throttle: Throttle(mayGrant: false))
        #expect(state.rest(throttle: Throttle(mayGrant: false)) == [])
        #expect(state.rest() == [.write(.credit(Credit(bytes: 100)), nil), .flush])
    }

    @Test func whoHasOldWeightsGetsNoCreditUntilItHasNewOnes() {
        let throttle = Throttle(maximumStaleness: 5)
        let newest = EncodedWeights(weights(10), learnerGeneration: 4)
        var state = admitted(credit: 100, newest: newest, throttle: throttle, isWritable: false)
        #expect(state.rest(isWritable: false, throttle: throttle) == [])
        #expect(
            state.rest(throttle: throttle) == [
                .write(.weightsOffer(newest.offer), nil), .flush,
                .write(.weightsChunk(WeightsChunk(version: 10, index: 0)), newest.chunk(0)),
                .write(.credit(Credit(bytes: 100)), nil), .flush,
            ])
    }

    @Test func whatArrivesWithoutRoomWaits() {
        let shut = Throttle(mayRead: false)
        var state = admitted()
        state.received(message(1), encoded.payload, now: start)
        state.readRequested()
        #expect(state.rest(throttle: shut) == [])
        #expect(state.rest() == [.store(encoded, key(1)), .read])
    }

    /// The endpoint may find that it has no more room when it has taken one.
    @Test func theThrottleIsAskedAtEachTrajectory() {
        var state = admitted()
        state.received(message(1), encoded.payload, now: start)
        state.received(message(2), encoded.payload, now: start)
        #expect(state.next() == .store(encoded, key(1)))
        #expect(state.rest(throttle: Throttle(mayRead: false)) == [])
        #expect(state.rest() == [.store(encoded, key(2))])
    }

    @Test func strangersAreReadInAnyCase() {
        var state = state()
        state.readRequested()
        #expect(state.rest(throttle: Throttle(mayRead: false)) == [.read])
    }

    /// TLS waits for the other side's farewell.
    @Test func whoIsAboutToBeGoneIsReadToTheEnd() {
        var state = admitted()
        state.failed("why")
        state.readRequested()
        #expect(state.rest(throttle: Throttle(mayRead: false)) == [.close, .read])
    }

    // MARK: Memory for frames

    /// A large trajectory of which the payload has not come.
    private func begin(_ state: inout ServerConnectionState) -> [Action] {
        let bytes = frame(message(1), payload: ByteBuffer(repeating: 0, count: 100_000))
        state.received(ByteBuffer(bytes: bytes.dropLast(100_000)), now: start)
        state.readRequested()
        return state.rest()
    }

    @Test func aLargeFrameWaitsForMemory() {
        var state = admitted()
        #expect(begin(&state) == [.takeMemory(100_000)])
        state.memoryGranted(now: start)
        #expect(state.rest() == [.read])
        state.received(ByteBuffer(repeating: 0, count: 99_999), now: start)
        #expect(state.rest() == [])
        state.received(ByteBuffer(repeating: 0, count: 1), now: start)
        // Its header does not fit it: refused, and the memory is free.
        #expect(state.rest().first == .giveMemoryBack)
    }

    @Test func whoIsTooLongUnderWayIsClosedWhenOthersWait() {
        var alone = admitted()
        _ = begin(&alone)
        alone.memoryGranted(now: start)
        _ = alone.rest()
        var contested = admitted()
        _ = begin(&contested)
        contested.memoryGranted(now: start)
        _ = contested.rest()
        for second in 1...5 as ClosedRange<Int64> {
            let now = start + .seconds(second)
            alone.received(ByteBuffer(repeating: 0, count: 1), now: now)
            alone.timePassed(now)
            contested.received(ByteBuffer(repeating: 0, count: 1), now: now)
            contested.timePassed(now, isMemoryContested: true)
        }
        #expect(holds(alone.deadline == start + .seconds(6)))
        #expect(contested.rest().last == .close)
        contested.disconnected()
        #expect(
            contested.rest() == [
                .giveMemoryBack,
                .left(Self.hello, reason: "a trajectory was too long under way while others waited for its memory"),
            ])
    }

    @Test func whoLeavesWaitsNoLonger() {
        var state = admitted()
        _ = begin(&state)
        state.disconnected()
        #expect(state.rest() == [.giveMemoryBack, .left(Self.hello, reason: "the connection was lost")])
    }

    @Test func memoryThatNobodyAskedForIsAMistakeOfOurs() async {
        await #expect(processExitsWith: .failure) {
            var state = ServerConnectionState(
                .init(port: 0, token: ""), identity: .init(runID: "", generation: 1), now: .now())
            state.memoryGranted(now: .now())
        }
    }

    // MARK: Liveness

    @Test func heartbeatsAreAnsweredWhereThePeerReads() {
        var state = admitted()
        state.received(.heartbeat(Heartbeat(nanoseconds: 5)), now: start)
        #expect(state.rest(isWritable: false) == [])
        state.received(.heartbeat(Heartbeat(nanoseconds: 6)), now: start)
        #expect(state.rest() == [.write(.heartbeat(Heartbeat(nanoseconds: 6, isReply: true)), nil), .flush])
        state.received(.heartbeat(Heartbeat(nanoseconds: 6, isReply: true)), now: start)
        #expect(state.rest() == [])
    }

    @Test func silenceIsAskedAboutAndThenEnds() {
        var state = admitted()
        for second in 1...3 as ClosedRange<Int64> {
            let now = start + .seconds(second)
            state.timePassed(now, isWritable: second != 2)
            let heartbeat = Action.write(.heartbeat(Heartbeat(nanoseconds: now.uptimeNanoseconds)), nil)
            #expect(state.rest() == (second == 2 ? [] : [heartbeat, .flush]))
            #expect(state.deadline == now + .seconds(1))
        }
        state.timePassed(start + .seconds(4))
        #expect(state.rest() == [.close])
        state.disconnected()
        #expect(state.rest() == [.left(Self.hello, reason: "it was silent for 3 heartbeats")])
    }

    @Test func whomNobodyListensToIsNotSilent() {
        var state = admitted()
        state.readRequested()
        for second in 1...9 as ClosedRange<Int64> {
            _ = state.rest(throttle: Throttle(mayRead: false))
            state.timePassed(start + .seconds(second))
        }
        #expect(state.rest().contains(.close) == false)
    }

    // MARK: Weights

    @Test func weightsGoOutAsTheConnectionTakesThem() {
        var state = admitted()
        let first = EncodedWeights(weights(1, count: 100_000), learnerGeneration: 4)
        state.publish(first)
        #expect(state.rest(isWritable: false) == [])
        #expect(state.next() == .write(.weightsOffer(first.offer), nil))
        #expect(state.rest(isWritable: false) == [.flush])
        #expect(
            state.rest() == [
                .write(.weightsChunk(WeightsChunk(version: 1, index: 0)), first.chunk(0)), .flush,
                .write(.weightsChunk(WeightsChunk(version: 1, index: 1)), first.chunk(1)), .flush,
            ])
        #expect(state.status?.weightsVersion == 1)
    }

    @Test func strangersGetNoWeights() {
        var state = state()
        state.publish(EncodedWeights(weights(1), learnerGeneration: 4))
        #expect(state.rest() == [])
    }

    // MARK: End

    @Test func onlyActorsAreToldWhatAllAreTold() {
        let message = Message.drain(Drain(reason: "why"))
        var state = admitted()
        state.tell(message)
        #expect(state.rest() == [.write(message, nil), .flush])
        var stranger = self.state()
        stranger.tell(message)
        #expect(stranger.rest() == [])
    }

    @Test func onlyActorsHearGoodbye() {
        let goodbye = Goodbye(.shutdown, "why")
        var state = admitted()
        state.dismiss(goodbye)
        #expect(state.rest() == [.write(.goodbye(goodbye), nil), .flush, .closeOutput])
        var stranger = self.state()
        stranger.dismiss(goodbye)
        #expect(stranger.rest() == [.turnedAway(reason: "why"), .close])
    }

    /// Closed with bytes unread, the connection would be reset, and the last word lost.
    @Test func afterTheLastWordWhatComesIsReadAndDropped() {
        var state = admitted()
        state.received(.hello(Self.hello), now: start)
        #expect(state.rest().last == .closeOutput)
        state.outputClosed(now: start)
        state.readRequested()
        #expect(state.rest() == [.read])
        state.received(message(1), encoded.payload, now: start)
        #expect(state.rest() == [])
        #expect(state.deadline == start + .seconds(2))
        state.timePassed(start + .seconds(2))
        #expect(state.rest() == [.close])
        #expect(state.deadline == nil)
    }

    @Test func onlyWhoSaysSoLeavesForGood() {
        for (reason, isForGood) in [(Goodbye.Reason.finished, true), (.shutdown, true), (.violation, false)] {
            var state = admitted()
            state.received(.goodbye(Goodbye(reason, "done")), now: start)
            _ = state.rest()
            #expect(holds(state.hasLeftForGood == isForGood))
        }
        var lost = admitted()
        lost.disconnected()
        #expect(holds(!lost.hasLeftForGood))
    }

    @Test func whoSaysGoodbyeIsClosed() {
        var state = admitted()
        state.received(.goodbye(Goodbye(.finished, "done")), now: start)
        #expect(state.rest() == [.close])
        state.disconnected()
        #expect(state.rest() == [.left(Self.hello, reason: "done")])
    }

    @Test func theFirstReasonStays() {
        var state = admitted()
        state.failed("first")
        state.failed("second")
        state.dismiss(Goodbye(.shutdown, "third"))
        #expect(state.rest() == [.close])
        state.disconnected()
        #expect(state.rest() == [.left(Self.hello, reason: "first")])
    }

    @Test func aStrangerThatJustLeavesIsNotWorthALine() {
        var state = state()
        state.disconnected()
        #expect(state.rest() == [.left(nil, reason: "the connection was lost")])
        #expect(state.deadline == nil)
    }
}

extension ServerConnectionState {
    fileprivate mutating func received(_ message: Message, _ payload: ByteBuffer = ByteBuffer(), now: NIODeadline) {
        received(ByteBuffer(bytes: frame(message, payload: payload)), now: now)
    }

    fileprivate mutating func timePassed(
        _ now: NIODeadline, isWritable: Bool = true, isMemoryContested: Bool = false
    ) {
        timePassed(now: now, isWritable: isWritable, isMemoryContested: isMemoryContested)
    }

    fileprivate mutating func next(isWritable: Bool = true) -> Action? {
        next(isWritable: isWritable, throttle: Throttle())
    }

    /// All that is to be done now.
    fileprivate mutating func rest(isWritable: Bool = true, throttle: Throttle = Throttle()) -> [Action] {
        var actions: [Action] = []
        while let action = next(isWritable: isWritable, throttle: throttle) { actions.append(action) }
        return actions
    }
}
