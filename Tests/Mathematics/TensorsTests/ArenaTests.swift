import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct ArenaTests {
    private func address<Element>(_ pointer: UnsafeMutablePointer<Element>) -> Int { Int(bitPattern: pointer) }

    @Test func everyAllocationStartsOnACacheLine() {
        let arena = Arena(chunkBytes: 1 << 20)
        var end = 0
        for count in oddLengths + [0, 100_000] {
            let pointer = arena.allocate(Float.self, count)
            #expect(address(pointer) % 64 == 0)
            #expect(address(pointer) >= end || address(pointer) + count * 4 < end)
            end = address(pointer) + count * 4
            #expect(address(arena.allocate(UInt8.self, count)) % 64 == 0)
        }
    }

    /// More than any machine has, at addresses of its own.
    @Test func addressesNeedNoMemory() {
        let arena = Arena(chunkBytes: 1 << 20, backing: .reserved)
        let large = address(arena.allocate(Float.self, 1 << 38))
        let small = address(arena.zeros(1))
        #expect(small % 64 == 0 && (small < large || small >= large + 4 << 38))
        #expect(arena.peak > 1 << 40)
    }

    @Test func reservedAddressesTrap() async {
        await #expect(processExitsWith: .failure) {
            Arena(backing: .reserved).zeros(1).pointee = 1
        }
    }

    @Test func rewindingHandsOutTheSamePlaceAgain() {
        let arena = Arena()
        _ = arena.allocate(Float.self, 10)
        let mark = arena.mark
        let first = address(arena.allocate(Float.self, 10))
        _ = arena.allocate(Float.self, 30 << 20)  // more than is left of the chunk
        _ = arena.allocate(Float.self, 10)
        arena.rewind(to: mark)
        #expect(address(arena.allocate(Float.self, 10)) == first)
    }

    @Test func thePeakIsTheMostThatWasInUse() {
        let arena = Arena(chunkBytes: 2 << 20)
        _ = arena.zeros(1000)
        let mark = arena.mark
        _ = arena.zeros(10_000)
        #expect((44_000..<44_200).contains(arena.peak))
        arena.rewind(to: mark)
        _ = arena.zeros(1)
        #expect((44_000..<44_200).contains(arena.peak))
        // It does not fit the first chunk, whose rest stays free.
        _ = arena.zeros(600_000)
        #expect(arena.peak == 2 << 20 + 2_400_000)
        arena.reset()
        #expect(arena.peak == 2 << 20 + 2_400_000)
    }

    @Test func largeAllocationsGrowTheArenaAndTheSameAgainDoesNot() {
        let arena = Arena(chunkBytes: 2 << 20)
        func step() -> [Int] {
            arena.reset()
            return [100, 700_000, 3, 3_000_000, 500_000, 9].map { address(arena.allocate(Float.self, $0)) }
        }
        let first = step()
        let capacity = arena.capacity
        #expect(capacity >= 4_200_000 * 4)
        #expect(step() == first)
        #expect(step() == first)
        #expect(arena.capacity == capacity)
    }

    @Test func allocationsDoNotOverlap() {
        let arena = Arena(chunkBytes: 2 << 20)
        let tensors = (1...300).map { index in
            let pointer = arena.allocate(Int32.self, index * 37)
            pointer.update(repeating: Int32(index), count: index * 37)
            return pointer
        }
        for (index, pointer) in tensors.enumerated() {
            #expect((0..<(index + 1) * 37).allSatisfy { pointer[$0] == Int32(index + 1) })
        }
    }

    @Test func zerosAreZeroInUsedMemory() {
        let arena = Arena()
        arena.allocate(Float.self, 1000).update(repeating: 5, count: 1000)
        arena.reset()
        let zeros = arena.zeros(1000)
        #expect((0..<1000).allSatisfy { zeros[$0] == 0 })
    }

    #if DEBUG
        /// Each kind of value, by what reads it.
        @Test func valuesThatOutliveTheirArenasResetAreCaught() async {
            await #expect(processExitsWith: .failure) {
                let tape = makeTape()
                let tensor = tape.tensor([1, 2])
                tape.arena.reset()
                _ = tensor.slice(0..<1).array
            }
            await #expect(processExitsWith: .failure) {
                let tape = makeTape()
                let bytes = tape.bytes([1, 2])
                tape.arena.reset()
                _ = bytes.array
            }
            await #expect(processExitsWith: .failure) {
                let tape = makeTape()
                let sample = tape.oneHot(1, groups: 2, classes: 3, tracked: false)
                tape.choose([1, 2], in: sample)
                tape.arena.reset()
                _ = sample.array
            }
        }

        @Test func valuesOfTheSameStepAreNot() async {
            await #expect(processExitsWith: .success) {
                let tape = makeTape()
                tape.arena.reset()
                let mark = tape.arena.mark
                let (tensor, bytes) = (tape.tensor([1, 2]), tape.bytes([3]))
                _ = tape.tensor([4])
                tape.arena.rewind(to: mark)
                precondition(tensor.array == [1, 2] && bytes.array == [3])
            }
        }
    #endif
}
