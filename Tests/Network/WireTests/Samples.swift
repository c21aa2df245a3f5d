import NIOCore

@testable import Wire

/// Accepts every type.
let everything = FrameLimits(
    byType: Dictionary(
        uniqueKeysWithValues: MessageType.allCases.map { ($0, FrameLimits.Limit(message: 1 << 20, payload: 1 << 20)) }))

func frame(_ message: Message, payload: [UInt8] = []) -> [UInt8] {
    Array(buffer: FrameEncoder.head(message, payloadLength: payload.count)) + payload
}

/// The first frame in `bytes`, nil where it is not complete.
func decode(_ bytes: [UInt8], limits: FrameLimits = everything) throws(WireError) -> Frame? {
    var decoder = FrameDecoder(limits: limits)
    decoder.append(ByteBuffer(bytes: bytes))
    return try decoder.next()
}
