import NIOCore
import Testing
import Wire

@testable import Transport

@Suite struct ClientConnectionStateTests {
    let welcome = Welcome(
        runID: "run", learnerGeneration: 1, actorIndex: 0, configuration: "", seed: 0, creditBytes: 100,
        storedThrough: 0, heartbeatMilliseconds: 1000)

    private func admitted() -> ClientConnectionState {
        var state = ClientConnectionState(maximumWeights: 1 << 20)
        _ = state.received(.welcome(welcome), payload: ByteBuffer())
        return state
    }

    @Test func welcomeOpensAndRefusalCloses() {
        var state = ClientConnectionState(maximumWeights: 1)
        #expect(state.received(.welcome(welcome), payload: ByteBuffer()) == .admitted(welcome))
        #expect(holds(state.isAdmitted))
        var refused = ClientConnectionState(maximumWeights: 1)
        let refusal = Refusal(.token, "no")
        #expect(refused.received(.refusal(refusal), payload: ByteBuffer()) == .close(.refused(refusal), nil))
        #expect(holds(refused.isClosed))
    }

    @Test func anotherVersionIsFinal() {
        var state = ClientConnectionState(maximumWeights: 1)
        var other = welcome
        other.protocolVersion = 99
        guard case .close(.refused(let refusal), nil) = state.received(.welcome(other), payload: ByteBuffer()) else {
            Issue.record("version 99 was accepted")
            return
        }
        #expect(refusal.isFinal)
    }

    @Test func creditIsCounted() {
        var state = admitted()
        #expect(holds(!state.window.admits(1)))
        #expect(state.received(.credit(Credit(bytes: 100)), payload: ByteBuffer()) == .send)
        #expect(holds(state.window.admits(100)))
        guard case .close(.lost, _?) = state.received(.credit(Credit(bytes: .max)), payload: ByteBuffer()) else {
            Issue.record("too much credit was accepted")
            return
        }
    }

    @Test func weightsAreGivenOnWhenComplete() {
        var state = admitted()
        let new = weights(3, count: 100_000)
        let encoded = EncodedWeights(new, learnerGeneration: 1)
        #expect(state.received(.weightsOffer(encoded.offer), payload: ByteBuffer()) == .none)
        // The decoder appends each chunk to those before it.
        var bytes = state.weights.takeRoom() ?? ByteBuffer()
        #expect(bytes.storageCapacity == Int(encoded.offer.totalBytes))
        bytes.writeImmutableBuffer(encoded.chunk(0))
        let first = state.received(.weightsChunk(WeightsChunk(version: 3, index: 0)), payload: bytes)
        #expect(first == .none)
        bytes.writeImmutableBuffer(encoded.chunk(1))
        let last = state.received(.weightsChunk(WeightsChunk(version: 3, index: 1)), payload: bytes)
        #expect(last == .received(new))
    }

    @Test func aNewOfferReplacesAnUnfinishedOne() {
        var state = admitted()
        let old = EncodedWeights(weights(3, count: 100_000), learnerGeneration: 1)
        let new = EncodedWeights(weights(4), learnerGeneration: 1)
        _ = state.received(.weightsOffer(old.offer), payload: ByteBuffer())
        _ = state.received(.weightsChunk(WeightsChunk(version: 3, index: 0)), payload: old.chunk(0))
        _ = state.received(.weightsOffer(new.offer), payload: ByteBuffer())
        let last = state.received(.weightsChunk(WeightsChunk(version: 4, index: 0)), payload: new.chunk(0))
        #expect(last == .received(weights(4)))
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
            _ = state.received(.weightsOffer(offer), payload: ByteBuffer())
            _ = state.received(.weightsChunk(WeightsChunk(version: 3, index: 0)), payload: encoded.chunk(0))
            #expect(holds(state.isClosed))
        }
    }

    @Test func drainingStopsSending() {
        var state = admitted()
        #expect(holds(state.maySend))
        #expect(state.received(.drain(Drain(reason: "why")), payload: ByteBuffer()) == .draining("why"))
        #expect(holds(!state.maySend))
        #expect(holds(state.isAdmitted))
    }

    @Test func goodbyes() {
        var replaced = admitted()
        #expect(replaced.received(.goodbye(Goodbye(.replaced, "x")), payload: ByteBuffer()) == .close(.replaced, nil))
        var stopped = admitted()
        #expect(
            stopped.received(.goodbye(Goodbye(.shutdown, "x")), payload: ByteBuffer()) == .close(.lost("x"), nil))
    }
}
