import Tensors
import TestSupport
import Testing

@Suite(.blocking) struct MotionTests {
    /// The differential observation is the image where the mask is on.
    @Test func theMaskIsThatOfTheDifferentialObservation() {
        let tape = makeTape()
        let (size, channels) = (9, 2)
        let pixels = size * size * channels
        let now: [UInt8] = integers(3 * pixels, below: 255, seed: 1).map { $0 + 1 }
        var before = now
        for place in [5, pixels + 40, 2 * pixels + 7] { before[place] ^= 0x55 }
        let (images, previous, first) = (tape.bytes(now), tape.bytes(before), tape.bytes([0, 0, 1]))
        func made(_ body: (Bytes, Bytes, Bytes, Int, Int, Int, Int) -> Bytes) -> [UInt8] {
            body(images, previous, first, size, channels, 1, 3).array
        }
        let mask = made {
            tape.movingMask($0, previous: $1, first: $2, size: $3, channels: $4, threshold: $5, window: $6)
        }
        let masked = made {
            tape.differential($0, previous: $1, first: $2, size: $3, channels: $4, threshold: $5, window: $6)
        }
        #expect(zip(mask, now).map { $0 & $1 } == masked)
        #expect(Set(mask) == [0, 255] && !mask[(2 * pixels)...].contains(255))
    }

    @Test func errorsAreCountedInsideAndOutside() {
        let tape = makeTape()
        let count = tape.motion(
            tape.bytes([255, 0, 0, 255, 255, 255]), first: tape.bytes([0, 0, 1]),
            prediction: tape.tensor([0.5, 1, 0.25, 0, 9, 9]), target: tape.bytes([0, 0, 0, 255, 0, 0]))
        #expect((count.frames, count.values, count.moving) == (2, 4, 2))
        #expect(count.movingError == 0.25 + 1 && count.stillError == 1 + 0.0625)
    }

    @Test func withoutAPredictionOnlyTheMaskIsCounted() {
        let tape = makeTape()
        let count = tape.motion(tape.bytes([255, 0]), first: tape.bytes([0]), target: tape.bytes([1, 2]))
        #expect((count.frames, count.moving, count.movingError, count.stillError) == (1, 1, 0, 0))
    }

    @Test func chosenImagesAreGathered() {
        let tape = makeTape()
        let images = tape.bytes([1, 2, 3, 4, 5, 6])
        #expect(tape.gathered(images, size: 2, count: 3) { [2, 0, 2][$0] }.array == [5, 6, 1, 2, 5, 6])
    }
}
