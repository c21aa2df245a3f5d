import CAllocations
import Experience
import NIOCore
import Testing
import TrajectoryCodec
import Wire

@testable import Transport

@Suite struct ServerConnectionStateTests {
    let hello = Hello(actor: "a", incarnation: 5)
    let encoded = sample()

    private func admitted(credit: Int = 1 << 20, storedThrough: UInt64 = 0) -> ServerConnectionState {
        var state = ServerConnectionState(limits: .standard)
        _ = state.received(.hello(hello), payload: ByteBuffer())
        state.admitted(
            hello,
            Admission(
                actorIndex: 0, configuration: "", seed: 0, creditBytes: credit, storedThrough: storedThrough))
        _ = state.takeCredit()
        return state
    }

    private func message(_ sequence: UInt64) -> Message {
        .trajectory(TrajectoryMessage(sequence: sequence, header: encoded.header))
    }

    private func settlement(_ sequence: UInt64, _ outcome: Settlement.Outcome) -> Settlement {
        Settlement(key: TrajectoryKey(actor: "a", incarnation: 5, sequence: sequence), outcome: outcome)
    }

    @Test func helloComesFirstAndOnce() {
        var state = ServerConnectionState(limits: .standard)
        #expect(state.received(.hello(hello), payload: ByteBuffer()) == .join(hello))
        var late = admitted()
        guard case .close(let goodbye?, _) = late.received(.hello(hello), payload: ByteBuffer()) else {
            Issue.record("a second hello was accepted")
            return
        }
        #expect(goodbye.reason == .violation)
        #expect(holds(late.isClosed))
    }

    @Test func strangersGetNoAnswer() {
        var state = ServerConnectionState(limits: .standard)
        #expect(state.received(.notAFrame) == .close(nil, reason: WireError.notAFrame.description))
        #expect(state.received(.hello(hello), payload: ByteBuffer()) == .none)
    }

    @Test func trajectoriesAreStoredAndAcknowledgedWhenSettled() {
        var state = admitted()
        let payload = encoded.payload
        for sequence in 1...3 as ClosedRange<UInt64> {
            let key = TrajectoryKey(actor: "a", incarnation: 5, sequence: sequence)
            #expect(state.received(message(sequence), payload: payload) == .store(encoded, key))
        }
        #expect(state.takeAcknowledgement() == nil)
        #expect(state.takeCredit() == nil)
        state.settled(settlement(2, .stored))
        state.settled(settlement(1, .duplicate))
        state.settled(settlement(3, .refused("no")))
        #expect(
            state.takeAcknowledgement()
                == Acknowledgement(stored: [2], duplicates: [1], refused: [.init(sequence: 3, reason: "no")]))
        #expect(state.takeAcknowledgement() == nil)
        #expect(state.takeCredit() == Credit(bytes: UInt64(3 * encoded.header.decompressedBytes)))
        #expect(state.takeCredit() == nil)
    }

    /// A learner makes millions of them.
    @Test func acknowledgementsLeaveNothingBehind() {
        var state = admitted()
        let payload = encoded.payload
        var sequence: UInt64 = 0
        func acknowledge(_ state: inout ServerConnectionState) -> Int {
            for outcome in [.stored, .stored, .duplicate, .refused("no")] as [Settlement.Outcome] {
                sequence += 1
                _ = state.received(message(sequence), payload: payload)
                state.settled(settlement(sequence, outcome))
            }
            return (state.takeAcknowledgement()?.count ?? 0) + (state.takeCredit() == nil ? 0 : 1)
        }
        #expect(acknowledge(&state) == 5)
        let before = dk_live_blocks()
        for _ in 0..<100 { _ = acknowledge(&state) }
        #expect(dk_live_blocks() - before < 10)
    }

    @Test func sequenceNumbersRise() {
        var state = admitted(storedThrough: 7)
        guard case .close(_, let reason) = state.received(message(7), payload: encoded.payload)
        else {
            Issue.record("an old sequence number was accepted")
            return
        }
        #expect(reason == "sequence number 7 does not follow 7")
    }

    @Test func creditIsEnforced() {
        var state = admitted(credit: encoded.byteCount + 10)
        let payload = encoded.payload
        guard case .store = state.received(message(1), payload: payload),
            case .close(let goodbye?, _) = state.received(message(2), payload: payload)
        else {
            Issue.record("credit is not enforced")
            return
        }
        #expect(goodbye.reason == .violation)
    }

    @Test func damagedTrajectoriesAreRefusedAndTheConnectionStays() {
        var state = admitted()
        var payload = encoded.payload
        payload.setInteger(~(payload.getInteger(at: 3, as: UInt8.self) ?? 0), at: 3)
        #expect(state.received(message(1), payload: payload) == .acknowledge)
        #expect(state.takeAcknowledgement()?.refused.map(\.sequence) == [1])
        guard case .store = state.received(message(2), payload: encoded.payload) else {
            Issue.record("the next trajectory is not stored")
            return
        }
    }

    @Test func heartbeatsAreAnsweredOnce() {
        var state = admitted()
        #expect(
            state.received(.heartbeat(Heartbeat(nanoseconds: 5)), payload: ByteBuffer())
                == .answer(Heartbeat(nanoseconds: 5, isReply: true)))
        #expect(
            state.received(.heartbeat(Heartbeat(nanoseconds: 6, isReply: true)), payload: ByteBuffer())
                == .answered(nanoseconds: 6))
    }

    @Test func settlingAfterTheEndIsIgnored() {
        var state = admitted()
        _ = state.received(message(1), payload: encoded.payload)
        state.close()
        state.settled(settlement(1, .stored))
        #expect(state.takeAcknowledgement() == nil)
    }

    /// What an earlier connection has brought may be settled while the same is here again.
    @Test func whatIsSettledTwiceIsAcknowledgedOnce() {
        var state = admitted()
        state.settled(settlement(1, .stored))
        #expect(state.takeAcknowledgement() == nil)
        _ = state.received(message(1), payload: encoded.payload)
        var stranger = settlement(1, .stored)
        stranger.key.incarnation = 4
        state.settled(stranger)
        #expect(state.takeAcknowledgement() == nil)
        state.settled(settlement(1, .stored))
        #expect(state.takeAcknowledgement() == Acknowledgement(stored: [1]))
        state.settled(settlement(1, .duplicate))
        #expect(state.takeAcknowledgement() == nil)
        #expect(state.takeCredit() == Credit(bytes: UInt64(encoded.header.decompressedBytes)))
    }

    @Test func messagesOfTheLearnerHaveNoPlaceHere() {
        for message in [.credit(Credit(bytes: 1)), .drain(Drain(reason: ""))] as [Message] {
            var state = admitted()
            guard case .close(_?, _) = state.received(message, payload: ByteBuffer()) else {
                Issue.record("\(message.type) was accepted")
                return
            }
        }
    }
}
