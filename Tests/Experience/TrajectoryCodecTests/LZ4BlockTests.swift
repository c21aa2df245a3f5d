import Numbers
import Testing

@testable import TrajectoryCodec

/// A block is judged without decompressing it: by LZ4 itself, and by a slow decoder written from the description of the format.
@Suite struct LZ4BlockTests {
    private func isWhole(_ block: [UInt8], _ size: Int) -> Bool {
        block.withUnsafeBytes { LZ4Block.isWhole($0, size: size) }
    }

    /// What LZ4 makes of a block; nil where it refuses it.
    private func decompress(_ block: [UInt8], _ size: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0xA5, count: size)
        let isWhole = bytes.withUnsafeMutableBytes { bytes in
            block.withUnsafeBytes { LZ4Block.decompress($0, into: bytes) }
        }
        return isWhole ? bytes : nil
    }

    private func compress(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: LZ4Block.bound(bytes.count)) { buffer, count in
            let memory = UnsafeMutableRawBufferPointer(buffer)
            count = bytes.withUnsafeBytes { LZ4Block.compress($0, into: memory) }
        }
    }

    /// Noise, rows of one value and repetitions in turn.
    private func content(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let length = 1 + random.below(random.below(10) == 0 ? 5000 : 40)
            switch random.below(3) {
            case 0: bytes += (0..<length).map { _ in UInt8(random.below(256)) }
            case 1: bytes += [UInt8](repeating: UInt8(random.below(256)), count: length)
            default:
                let back = 1 + random.below(max(1, bytes.count))
                for _ in 0..<length { bytes.append(bytes.count >= back ? bytes[bytes.count - back] : 3) }
            }
        }
        return Array(bytes.prefix(count))
    }

    @Test func whatWasCompressedIsWhole() {
        var random = SplitMix64(seed: 1)
        for size in Array(1...40) + [255, 256, 270, 4096, 70_000, 200_000] {
            for _ in 0..<5 {
                let block = compress(content(size, &random))
                #expect(isWhole(block, size))
                #expect(
                    !isWhole(block, size + 1) && !isWhole(block, size - 1) && !isWhole(Array(block.dropLast()), size))
            }
        }
    }

    /// Small changes, cuts and splices of real blocks. Whatever is accepted, LZ4 decompresses; what is not, it may still take
    /// where a match comes too close to the end, which versions of it judge differently, or where an offset is 0.
    @Test func damagedBlocksAreJudgedAsTheFormatSays() {
        var random = SplitMix64(seed: 2)
        var (accepted, refused) = (0, 0)
        for _ in 0..<20_000 {
            let size = 1 + random.below(200)
            var block = compress(content(size, &random))
            for _ in 0...random.below(3) { mutate(&block, &random) }
            compare(block, size, &accepted, &refused)
        }
        #expect(accepted > 1000 && refused > 1000)
    }

    /// Sequences that nobody compressed, with every border in reach.
    @Test func inventedBlocksAreJudgedAsTheFormatSays() {
        var random = SplitMix64(seed: 3)
        var (accepted, refused) = (0, 0)
        for _ in 0..<20_000 {
            let invention = Invention(&random)
            compare(invention.block, invention.size + random.below(3) - 1, &accepted, &refused)
            compare(invention.block, invention.size, &accepted, &refused)
        }
        #expect(accepted > 1000 && refused > 1000)
    }

    private func compare(_ block: [UInt8], _ size: Int, _ accepted: inout Int, _ refused: inout Int) {
        guard size > 0 else { return }
        let expected = DescribedBlock(block, size: size)
        let isWhole = isWhole(block, size)
        #expect(isWhole == (expected?.keepsRules == true), "\(block) of \(size) bytes")
        if isWhole {
            accepted += 1
            #expect(decompress(block, size) == expected?.bytes, "\(block) of \(size) bytes")
        } else {
            refused += 1
            // LZ4 has no reason to take what the description does not decode, but for offsets of 0.
            if expected == nil, !DescribedBlock.hasZeroOffset(block) {
                #expect(decompress(block, size) == nil, "\(block) of \(size) bytes")
            }
        }
    }

    private func mutate(_ block: inout [UInt8], _ random: inout SplitMix64) {
        guard !block.isEmpty else { return }
        let place = random.below(block.count)
        switch random.below(5) {
        case 0: block[place] ^= 1 << UInt8(random.below(8))
        case 1: block[place] = [0, 1, 15, 0xF0, 255][random.below(5)]
        case 2: block.removeLast(random.below(block.count))
        case 3: block.insert(UInt8(random.below(256)), at: place)
        default: block.remove(at: place)
        }
    }
}

/// A row of sequences and the size that they claim.
private struct Invention {
    var block: [UInt8] = []
    var size = 0

    init(_ random: inout SplitMix64) {
        for _ in 0..<random.below(5) {
            append(literals: random.below(30), match: 4 + random.below(30), random.below(12) == 0 ? 0 : nil, &random)
        }
        append(literals: random.below(20), match: nil, nil, &random)
    }

    private mutating func append(literals: Int, match: Int?, _ offset: Int?, _ random: inout SplitMix64) {
        block.append(UInt8(min(literals, 15) << 4 | min((match ?? 4) - 4, 15)))
        if literals >= 15 { block.append(UInt8(literals - 15)) }
        block += (0..<literals).map { _ in UInt8(random.below(256)) }
        size += literals
        guard let match else { return }
        let offset = offset ?? 1 + random.below(size + 2)
        block += [UInt8(offset & 255), UInt8(offset >> 8)]
        if match >= 19 { block.append(UInt8(match - 19)) }
        size += match
    }
}

/// A decoder of the description of LZ4's block format, byte by byte.
private struct DescribedBlock {
    var bytes: [UInt8] = []
    /// Whether every match starts 12 bytes before the end at the latest, and ends 5 before it.
    var keepsRules = true

    /// Nil where the block cannot be decoded to `size` bytes.
    init?(_ block: [UInt8], size: Int) {
        var rest = block[...]
        func length(_ bits: UInt8) -> Int? {
            var total = Int(bits)
            guard bits == 15 else { return total }
            while let byte = rest.popFirst() {
                total += Int(byte)
                if byte != 255 { return total }
            }
            return nil
        }
        while let token = rest.popFirst() {
            guard let literals = length(token >> 4), literals <= rest.count else { return nil }
            bytes += rest.prefix(literals)
            rest = rest.dropFirst(literals)
            if rest.isEmpty {
                guard bytes.count == size else { return nil }
                return
            }
            guard let low = rest.popFirst(), let high = rest.popFirst(), let match = length(token & 15) else {
                return nil
            }
            let offset = Int(low) | Int(high) << 8
            guard offset > 0, offset <= bytes.count, bytes.count + match + 4 <= size else { return nil }
            if bytes.count > size - 12 || bytes.count + match + 4 > size - 5 { keepsRules = false }
            for _ in 0..<match + 4 { bytes.append(bytes[bytes.count - offset]) }
        }
        return nil
    }

    /// Whether some match of the block, as far as it can be followed, lies no bytes back.
    static func hasZeroOffset(_ block: [UInt8]) -> Bool {
        var read = 0
        func extra(_ bits: UInt8) -> Int {
            var total = Int(bits)
            while bits == 15, read < block.count {
                total += Int(block[read])
                read += 1
                if block[read - 1] != 255 { break }
            }
            return total
        }
        while read < block.count {
            let token = block[read]
            read += 1
            read += extra(token >> 4)
            guard read + 1 < block.count else { return false }
            if block[read] == 0, block[read + 1] == 0 { return true }
            read += 2
            _ = extra(token & 15)
        }
        return false
    }
}
