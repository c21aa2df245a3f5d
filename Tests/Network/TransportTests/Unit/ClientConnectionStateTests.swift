import NIOCore
import Testing
import TrajectoryCodec
import Wire

@testable import Transport

/// Every transition of a connection as the actor sees it, without sockets.
@Suite struct ClientConnectionStateTests {
    typealias Action = ClientConnectionState.Action

    let start = NIODeadline.uptimeNanoseconds(1_000)
    let hello = Hello(actor: "a", incarnation: 5)
    let welcome = Welcome(
        runID: "run", learnerGeneration: 4, actorIndex: 0, configuration: "", seed: 0, creditBytes: 1 << 20,
        storedThrough: 0, heartbeatMilliseconds: 1000)

    private func state(tls: TLSFiles? = nil) -> ClientConnectionState {
        ClientConnectionState(
            .init(
                learner: .at(.init(host: "h", port: 1)), tls: tls, actor: "a", handshakeTimeout: .seconds(10),
                maximumWeights: 1 << 20))
    }

    private func greeting(tls: TLSFiles? = nil) -> ClientConnectionState {
        var state = state(tls: tls)
        state.connected(hello, now: start)
        _ = state.rest()
        return state
    }

    private func admitted() -> ClientConnectionState {
        var state = greeting()
        state.received(.welcome(welcome), now: start)
        _ = state.rest()
        return state
    }

    private func violation(_ reason: String) -> [Action] {
        [.write(.goodbye(Goodbye(.violation, reason)), nil), .flush, .close]
    }

    /// How it ended, for one that is about to.
    private func end(_ state: inout ClientConnectionState) -> Action? {
        state.disconnected()
        return state.rest().last
    }

    // MARK: Introduction

    @Test func introducesItselfAndIsLetIn() {
        var state = state()
        #expect(state.deadline == nil)
        state.connected(hello, now: start)
        #expect(state.rest() == [.write(.hello(hello), nil), .flush])
        #expect(state.deadline == start + .seconds(10))
        state.received(.welcome(welcome), now: start + .seconds(2))
        #expect(state.rest() == [.admitted(welcome), .send])
        #expect(state.deadline == start + .seconds(3))
    }

    @Test func whatIsToBeSentWaitsForTheWelcome() {
        var state = greeting()
        state.sendMore()
        #expect(state.rest() == [])
        state.received(.welcome(welcome), now: start)
        #expect(state.rest(isWritable: false) == [.admitted(welcome)])
        #expect(state.rest() == [.send])
    }

    @Test func aRefusalCloses() {
        var state = greeting()
        let refusal = Refusal(.token, "no")
        state.received(.refusal(refusal), now: start)
        #expect(state.rest() == [.close])
        #expect(end(&state) == .ended(.refused(refusal)))
    }

    /// It is not an error: nothing more is wanted.
    @Test func aCompleteRunDismissesWhoComes() {
        var state = greeting()
        state.received(.refusal(Refusal(.finished, "all is done")), now: start)
        #expect(state.rest() == [.close])
        #expect(end(&state) == .ended(.dismissed))
    }

    @Test func anotherVersionIsFinal() {
        var state = greeting()
        var other = welcome
        other.protocolVersion = 99
        state.received(.welcome(other), now: start)
        #expect(state.rest().last == .close)
        guard case .ended(.refused(let refusal)) = end(&state) else {
            Issue.record("version 99 was accepted")
            return
        }
        #expect(refusal.isFinal)
    }

    @Test func whatComesBeforeTheAnswerEndsTheConnection() {
        var state = greeting()
        state.received(.credit(Credit(bytes: 1)), now: start)
        #expect(state.rest().last == .close)
    }

    @Test func anAnswerThatDoesNotComeIsNotWaitedFor() {
        var state = greeting()
        state.timePassed(now: start + .seconds(9), isWritable: true)
        #expect(state.rest() == [])
        state.timePassed(now: start + .seconds(10), isWritable: true)
        #expect(state.rest() == [.close])
        #expect(end(&state) == .ended(.lost("the learner did not answer in time")))
    }

    @Test func aConnectionIsMadeOnce() async {
        await #expect(processExitsWith: .failure) {
            var state = ClientConnectionState(.init(learner: .at(.init(host: "", port: 1)), actor: "a"))
            state.connected(Hello(actor: "a", incarnation: 1), now: .now())
            state.connected(Hello(actor: "a", incarnation: 1), now: .now())
        }
        await #expect(processExitsWith: .failure) {
            var state = ClientConnectionState(.init(learner: .at(.init(host: "", port: 1)), actor: "a"))
            state.received(ByteBuffer(), now: .now())
        }
        await #expect(processExitsWith: .failure) {
            var state = ClientConnectionState(.init(learner: .at(.init(host: "", port: 1)), actor: "a"))
            var shared = ClientState(outboxBytes: 1)
            state.send(from: &shared, now: .now())
        }
    }

    // MARK: Sending

    @Test func reportsGoFirstThenWhatThereIsCreditFor() {
        var state = admitted()
        var shared = ClientState(outboxBytes: 1 << 20)
        let trajectory = sample()
        for _ in 0..<2 { shared.outbox.append(trajectory) }
        let report = ActorReport(environmentSteps: 1, stepsPerSecond: 2, policyVersion: 3)
        shared.add(report)
        state.sendMore()
        #expect(state.rest(sending: &shared) == [.write(.report(report), nil), .flush])
        state.received(.credit(Credit(bytes: UInt64(trajectory.header.decompressedBytes))), now: start)
        let first = Message.trajectory(TrajectoryMessage(sequence: 1, header: trajectory.header))
        #expect(
            state.rest(sending: &shared) == [.write(first, trajectory.payload), .flush])
        #expect(shared.outbox.unsent == 1)
    }

    @Test func whenAllIsDoneItSaysGoodbyeAndLetsTheLearnerClose() {
        var state = admitted()
        var shared = ClientState(outboxBytes: 1)
        shared.finish()
        state.sendMore()
        let goodbye = Goodbye(.finished, "everything is handed over")
        #expect(state.rest(sending: &shared) == [.write(.goodbye(goodbye), nil), .flush])
        state.sendMore()
        state.received(.credit(Credit(bytes: 1)), now: start)
        #expect(state.rest() == [])
        #expect(end(&state) == .ended(.finished))
    }

    @Test func aLearnerThatDoesNotCloseIsLeftInTheEnd() {
        var state = admitted()
        var shared = ClientState(outboxBytes: 1)
        shared.finish()
        state.sendMore()
        _ = state.rest(sending: &shared)
        for second in 1...3 as ClosedRange<Int64> { state.timePassed(now: start + .seconds(second), isWritable: true) }
        #expect(state.rest() == [])
        state.timePassed(now: start + .seconds(4), isWritable: true)
        #expect(state.rest() == [.close])
        #expect(end(&state) == .ended(.finished))
    }

    @Test func drainingStopsTrajectoriesButNotReports() {
        var state = admitted()
        var shared = ClientState(outboxBytes: 1 << 20)
        let trajectory = sample()
        shared.outbox.append(trajectory)
        state.received(.credit(Credit(bytes: 1 << 20)), now: start)
        state.received(.drain(Drain(reason: "why")), now: start)
        #expect(state.rest(sending: &shared) == [.tell(.draining("why"))])
        let report = ActorReport(environmentSteps: 1, stepsPerSecond: 2, policyVersion: 3)
        shared.add(report)
        state.sendMore()
        #expect(state.rest(sending: &shared) == [.write(.report(report), nil), .flush])
        #expect(shared.outbox.unsent == 1)
    }

    /// A learner that stops takes no more: whoever leaves, too, waits for what it has sent, and not for the rest.
    @Test func whoLeavesALearnerThatStopsGoesAtOnce() {
        var state = admitted()
        var shared = ClientState(outboxBytes: 1 << 20)
        let trajectory = sample()
        for _ in 0..<2 { shared.outbox.append(trajectory) }
        state.received(.credit(Credit(bytes: UInt64(trajectory.header.decompressedBytes))), now: start)
        _ = state.rest(sending: &shared)
        shared.finish()
        state.received(.drain(Drain(reason: "why")), now: start)
        #expect(state.rest(sending: &shared) == [.tell(.draining("why"))])
        _ = shared.settle(Acknowledgement(stored: [1]))
        state.sendMore()
        let goodbye = Message.goodbye(Goodbye(.finished, "everything is handed over"))
        #expect(state.rest(sending: &shared) == [.write(goodbye, nil), .flush])
        #expect(shared.outbox.count == 1)
    }

    @Test func tooMuchCreditIsAViolation() {
        var state = admitted()
        state.received(.credit(Credit(bytes: 1 << 21)), now: start)
        #expect(state.rest() == violation("\(1 << 21) bytes of credit are too many"))
    }

    @Test func acknowledgementsAreHandedOn() {
        var state = admitted()
        let acknowledgement = Acknowledgement(stored: [1])
        state.received(.acknowledgement(acknowledgement), now: start)
        #expect(state.rest() == [.settle(acknowledgement)])
        state.acknowledgedUnknown(1)
        #expect(state.rest() == violation("trajectory 1 is acknowledged but was not sent"))
    }

    // MARK: Weights

    @Test func weightsAreGivenOnWhenComplete() {
        var state = admitted()
        let new = weights(3, count: 100_000)
        state.receive(EncodedWeights(new, learnerGeneration: 4), now: start)
        let identity = WeightsIdentity(learnerGeneration: 4, version: 3)
        #expect(state.rest() == [.received(LearnerClient.ReceivedWeights(identity: identity, policy: new))])
    }

    @Test func otherMessagesMayComeBetweenChunks() {
        var state = admitted()
        let new = weights(3, count: 100_000)
        let encoded = EncodedWeights(new, learnerGeneration: 4)
        state.received(.weightsOffer(encoded.offer), now: start)
        state.received(.weightsChunk(WeightsChunk(version: 3, index: 0)), encoded.chunk(0), now: start)
        state.received(.heartbeat(Heartbeat(nanoseconds: 6, isReply: true)), now: start)
        state.received(.credit(Credit(bytes: 1)), now: start)
        state.received(.weightsChunk(WeightsChunk(version: 3, index: 1)), encoded.chunk(1), now: start)
        let identity = WeightsIdentity(learnerGeneration: 4, version: 3)
        #expect(state.rest().first == .received(LearnerClient.ReceivedWeights(identity: identity, policy: new)))
    }

    @Test func aNewOfferReplacesAnUnfinishedOne() {
        var state = admitted()
        let old = EncodedWeights(weights(3, count: 100_000), learnerGeneration: 4)
        state.received(.weightsOffer(old.offer), now: start)
        state.received(.weightsChunk(WeightsChunk(version: 3, index: 0)), old.chunk(0), now: start)
        state.receive(EncodedWeights(weights(4), learnerGeneration: 4), now: start)
        let identity = WeightsIdentity(learnerGeneration: 4, version: 4)
        #expect(state.rest() == [.received(LearnerClient.ReceivedWeights(identity: identity, policy: weights(4)))])
    }

    @Test func weightsThatDoNotFitTheirOfferAreRefused() {
        let encoded = EncodedWeights(weights(3), learnerGeneration: 1)
        var checksum = encoded.offer
        checksum.checksum ^= 1
        var size = encoded.offer
        size.totalBytes += 1
        var huge = encoded.offer
        huge.totalBytes = 1 << 40
        var chunks = encoded.offer
        chunks.chunkCount = 2
        for offer in [checksum, size, huge, chunks] {
            var state = admitted()
            state.received(.weightsOffer(offer), now: start)
            state.received(.weightsChunk(WeightsChunk(version: 3, index: 0)), encoded.chunk(0), now: start)
            #expect(state.rest().last == .close)
        }
    }

    // MARK: Liveness

    @Test func heartbeatsAreAnswered() {
        var state = admitted()
        state.received(.heartbeat(Heartbeat(nanoseconds: 5)), now: start)
        state.received(.heartbeat(Heartbeat(nanoseconds: 6, isReply: true)), now: start)
        #expect(state.rest() == [.write(.heartbeat(Heartbeat(nanoseconds: 5, isReply: true)), nil), .flush])
    }

    @Test func silenceIsAskedAboutAndThenEnds() {
        var state = admitted()
        for second in 1...3 as ClosedRange<Int64> {
            let now = start + .seconds(second)
            state.timePassed(now: now, isWritable: second != 2)
            let heartbeat = Action.write(.heartbeat(Heartbeat(nanoseconds: now.uptimeNanoseconds)), nil)
            #expect(state.rest() == (second == 2 ? [] : [heartbeat, .flush]))
            #expect(state.deadline == now + .seconds(1))
        }
        state.timePassed(now: start + .seconds(4), isWritable: true)
        #expect(state.rest() == [.close])
        #expect(end(&state) == .ended(.lost("the learner was silent for 3 heartbeats")))
    }

    // MARK: End

    @Test(arguments: [
        (Goodbye.Reason.replaced, ConnectionEnd.replaced), (.finished, .dismissed), (.shutdown, .lost("x")),
    ])
    func goodbyes(reason: Goodbye.Reason, expected: ConnectionEnd) {
        var state = admitted()
        state.received(.goodbye(Goodbye(reason, "x")), now: start)
        #expect(state.rest() == [.close])
        #expect(end(&state) == .ended(expected))
    }

    @Test func bytesThatAreNoFrameAreAViolation() {
        var state = admitted()
        state.received(ByteBuffer(repeating: 1, count: 100), now: start)
        #expect(state.rest() == violation(WireError.notAFrame.description))
    }

    @Test func stoppingSaysGoodbyeToWhomItKnows() {
        var state = admitted()
        state.stop()
        #expect(state.rest() == [.write(.goodbye(Goodbye(.shutdown, "the actor stops")), nil), .flush, .close])
        #expect(end(&state) == .ended(.stopped))
        var unknown = greeting()
        unknown.stop()
        #expect(unknown.rest() == [.close])
    }

    @Test func anAttemptThatIsGivenUpEndsAtOnceAndIsClosedWhenItSucceeds() {
        var state = state()
        state.stop()
        #expect(state.rest() == [.ended(.stopped)])
        state.connected(hello, now: start)
        #expect(state.rest() == [.close])
        state.disconnected()
        #expect(state.rest() == [])
    }

    @Test func theFirstReasonStays() {
        var state = admitted()
        state.failed(.lost("first"))
        state.stop()
        #expect(state.rest() == [.close])
        #expect(end(&state) == .ended(.lost("first")))
        var attempt = self.state()
        attempt.failed(.lost("no way"))
        attempt.lost()
        #expect(attempt.rest() == [.ended(.lost("no way"))])
    }

    @Test func whoNeverAnswersAnEncryptedClientMayDistrustIt() {
        let files = TLSFiles(certificate: "", key: "", authority: "")
        let reason = "the learner closed the connection without an answer; does it trust this side's certificate?"
        var silent = greeting(tls: files)
        #expect(end(&silent) == .ended(.lost(reason)))
        var open = greeting()
        #expect(end(&open) == .ended(.lost("the connection was lost")))
        var state = greeting(tls: files)
        state.lost()
        #expect(state.rest() == [.close])
        #expect(end(&state) == .ended(.lost(reason)))
    }
}

extension ClientConnectionState {
    fileprivate mutating func received(_ message: Message, _ payload: ByteBuffer = ByteBuffer(), now: NIODeadline) {
        received(ByteBuffer(bytes: frame(message, payload: payload)), now: now)
    }

    fileprivate mutating func receive(_ weights: EncodedWeights, now: NIODeadline) {
        received(.weightsOffer(weights.offer), now: now)
        for index in 0..<weights.offer.chunkCount {
            received(
                .weightsChunk(WeightsChunk(version: weights.offer.version, index: index)), weights.chunk(index),
                now: now)
        }
    }

    /// All that is to be done now.
    fileprivate mutating func rest(isWritable: Bool = true) -> [Action] {
        var actions: [Action] = []
        while let action = next(isWritable: isWritable) { actions.append(action) }
        return actions
    }

    /// The same, with what `shared` has to send.
    fileprivate mutating func rest(sending shared: inout ClientState) -> [Action] {
        var actions: [Action] = []
        while let action = next(isWritable: true) {
            if action == .send { send(from: &shared, now: .distantPast) } else { actions.append(action) }
        }
        return actions
    }
}
