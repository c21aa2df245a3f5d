import Tensors
import TestSupport
import Testing

@Suite(.blocking) struct BytesTests {
    @Test func joinedChannelsStandSideBySideAtEachPixel() {
        let tape = makeTape()
        let (a, b) = (tape.bytes([1, 2, 3, 4, 5, 6]), tape.bytes([10, 20, 30, 40, 50, 60]))
        #expect(tape.joinChannels(a, b, channels: 3).array == [1, 2, 3, 10, 20, 30, 4, 5, 6, 40, 50, 60])
        #expect(tape.joinChannels(a, b, channels: 1).array == [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60])
    }

    @Test func anyByteThatIsNotZeroIsFound() {
        let tape = makeTape()
        #expect(!tape.isAnySet(tape.bytes([0, 0, 0])))
        #expect(tape.isAnySet(tape.bytes([0, 0, 9])))
        #expect(!tape.isAnySet(tape.bytes([0, 0, 9]).slice(0..<2)))
    }

    @Test func twoThreadsJoinTheSame() {
        let (a, b): ([UInt8], [UInt8]) = (
            integers(300_000, below: 256, seed: 1), integers(300_000, below: 256, seed: 2)
        )
        let joined = [1, 2].map { threads in
            let tape = makeTape(threads: threads)
            return tape.joinChannels(tape.bytes(a), tape.bytes(b), channels: 3).array
        }
        #expect(joined[0] == joined[1])
        #expect(joined[0][299_997 * 2..<299_997 * 2 + 3] == a[299_997...])
    }
}
