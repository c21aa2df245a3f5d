import NIOCore
import Numbers
import Testing
import TrajectoryCodec
import WireSamples

@testable import Wire

@Suite struct FrameTests {
    @Test(arguments: WireSamples.messages)
    func everyMessageSurvives(message: Message) throws {
        let decoded = try #require(try decode(frame(message, payload: [1, 2, 3])))
        #expect(decoded.type == message.type)
        #expect(Array(buffer: decoded.payload) == [1, 2, 3])
        #expect(try Message(decoded) == message)
    }

    @Test func samplesHoldEveryType() {
        #expect(Set(WireSamples.messages.map(\.type)) == Set(MessageType.allCases))
    }

    @Test(arguments: [1, 2, 3, 7, 64, 1000])
    func piecesOfAnySizeGiveTheSameFrames(size: Int) throws {
        let payload = [UInt8](repeating: 0xAB, count: 5000)
        let stream = WireSamples.messages.flatMap { frame($0, payload: payload) }
        var decoder = FrameDecoder(limits: everything)
        var messages: [Message] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            decoder.append(ByteBuffer(bytes: stream[start..<min(start + size, stream.count)]))
            while let frame = try decoder.next() {
                #expect(frame.payload.readableBytes == payload.count)
                messages.append(try Message(frame))
            }
        }
        #expect(messages == WireSamples.messages)
    }

    @Test(arguments: WireSamples.messages)
    func truncatedFramesWait(message: Message) throws {
        let bytes = frame(message, payload: [9])
        for length in bytes.indices {
            #expect(try decode(Array(bytes[..<length])) == nil)
        }
    }

    @Test func everyChangedBitOfHeaderAndMessageIsNoticed() throws {
        let bytes = frame(WireSamples.messages[0])
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                // A longer length only waits for more; everything else is refused.
                let result = Result { () throws(WireError) in try decode(damaged) }
                if case .success(let frame) = result { #expect(frame == nil) }
            }
        }
    }

    @Test func lengthsAreJudgedBeforeAnythingIsKept() {
        var head = Array(frame(.heartbeat(Heartbeat(nanoseconds: 1)))[..<20])
        head[8...11] = [0xFF, 0xFF, 0xFF, 0xFF]
        #expect(
            throws: WireError.messageTooLong(.heartbeat, length: 0xFFFF_FFFF, maximum: 1 << 10)
        ) { try decode(head, limits: .fromLearner) }
        head[8...15] = [0, 0, 0, 0, 1, 0, 0, 0]
        #expect(throws: WireError.payloadTooLong(.heartbeat, length: 1, maximum: 0)) {
            try decode(head, limits: .fromLearner)
        }
    }

    @Test func typesAreJudgedByTheHeaderAlone() {
        let trajectory = Array(frame(WireSamples.messages[3], payload: [1])[..<20])
        #expect(throws: WireError.unexpected(.trajectory)) { try decode(trajectory, limits: .beforeAdmission) }
        var unknown = trajectory
        unknown[4] = 200
        #expect(throws: WireError.unknownType(200)) { try decode(unknown) }
        var reserved = trajectory
        reserved[6] = 1
        #expect(throws: WireError.reservedBits) { try decode(reserved) }
    }

    @Test func otherProtocolsAreRecognisedByFourBytes() {
        #expect(throws: WireError.notAFrame) { try decode(Array("GET ".utf8)) }
        #expect(throws: WireError.notAFrame) { try decode([0x16, 3, 1, 0]) }
    }

    @Test func garbageIsRefusedWithoutACrash() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<2000 {
            var bytes = random.bytes(64)
            if random.below(2) == 0 { bytes[0..<4] = [0x44, 0x52, 0x4D, 0x52] }
            _ = try? decode(bytes)
        }
    }

    @Test func garbageInsideFramesIsRefusedWithoutACrash() {
        var random = SplitMix64(seed: 4)
        for type in MessageType.allCases {
            for length in 0..<200 {
                let bytes = ByteBuffer(bytes: random.bytes(length))
                _ = try? Message(Frame(type: type, message: bytes, payload: ByteBuffer()))
            }
        }
    }

    @Test func unknownFieldsAreIgnored() throws {
        // Field 100, varint 1, after a Credit of 5 bytes.
        let message = ByteBuffer(bytes: [0x08, 0x05, 0xA0, 0x06, 0x01])
        #expect(
            try Message(Frame(type: .credit, message: message, payload: ByteBuffer())) == .credit(Credit(bytes: 5)))
    }

    @Test func stringsHaveALimitAndAreUTF8() {
        let long = Hello(actor: String(repeating: "a", count: 1025), incarnation: 1)
        #expect(throws: WireError.field(.hello, "actor is longer than 1024 bytes")) {
            var packed = ByteBuffer()
            long.pack(into: &packed)
            return try Hello(packed: packed)
        }
        // Field 5 (actor) of one byte that is no UTF-8.
        #expect(throws: WireError.field(.hello, "actor is not UTF-8")) {
            try Hello(packed: ByteBuffer(bytes: [0x2A, 0x01, 0xFF]))
        }
    }

    /// What a later protocol version puts where this one has nothing must not keep the learner from saying so.
    @Test func aHelloOfVersionOneIsUnderstood() throws {
        // protocol_version 1, role actor, actor "a".
        let hello = try Hello(packed: ByteBuffer(bytes: [0x08, 0x01, 0x20, 0x01, 0x2A, 0x01, 0x61]))
        #expect(hello.protocolVersion == 1)
    }

    @Test func eachMessageIsDeclaredUnderItsNumber() {
        for type in MessageType.allCases {
            #expect(type.declared.declaration.type == type)
            #expect(!type.declared.declaration.places.isEmpty)
        }
    }

    /// Whoever keeps a small payload must not keep the 512 KiB that it was read with.
    @Test func aPayloadHasMemoryOfItsOwn() throws {
        var decoder = FrameDecoder(limits: everything)
        decoder.append(
            ByteBuffer(bytes: frame(WireSamples.messages[3], payload: [UInt8](repeating: 1, count: 1000)) + [0x44]))
        let payload = try #require(try decoder.next()).payload
        #expect(payload.readableBytes == 1000)
        #expect(payload.storageCapacity == 1000)
    }

    @Test(arguments: [1, 7, 64, 1000])
    func payloadsCanContinueEachOther(size: Int) throws {
        var decoder = FrameDecoder(limits: everything)
        let chunk = Message.weightsChunk(WeightsChunk(version: 1, index: 0))
        let stream = (1...3).flatMap { frame(chunk, payload: [UInt8](repeating: $0, count: 100)) }
        var room: ByteBuffer? = .exact(capacity: 300)
        var lengths: [Int] = []
        decoder.continued = room
        room = nil
        for start in stride(from: 0, to: stream.count, by: size) {
            decoder.append(ByteBuffer(bytes: stream[start..<min(start + size, stream.count)]))
            while let frame = try decoder.next() {
                lengths.append(frame.payload.readableBytes)
                decoder.continued = frame.payload
            }
        }
        #expect(lengths == [100, 200, 300])
        #expect(decoder.continued?.storageCapacity == 300)
        #expect(decoder.continued.map { Array(buffer: $0) } == (1...3).flatMap { [UInt8](repeating: $0, count: 100) })
    }

    @Test func actorNames() {
        #expect(Hello.isActorName("actor-0.node_7"))
        for name in ["", "a b", "a/b", "ä", "a\n", String(repeating: "a", count: 65)] {
            #expect(!Hello.isActorName(name))
        }
    }
}

extension SplitMix64 {
    fileprivate mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(below(256)) } }
}
