import Experience

/// Sizes that follow from a header. Meant for valid headers: the arithmetic traps where it would overflow.
extension TrajectoryHeader {
    /// Bytes per step of the columns with one value each: reward (4), policy version (8) and flags (1).
    static let fixedColumnBytesPerStep = 4 + 8 + 1

    /// Bytes of block 0, decompressed: actions, rewards, policy versions and flags of all steps.
    var columnBytes: Int { steps * (4 * actionCount + Self.fixedColumnBytesPerStep) }

    /// Number of groups of images, one block each.
    var groupCount: Int { (steps + Self.framesPerBlock - 1) / Self.framesPerBlock }

    /// Steps whose images are in group `index`.
    func groupSteps(_ index: Int) -> Range<Int> {
        let start = index * Self.framesPerBlock
        return start..<min(start + Self.framesPerBlock, steps)
    }

    /// Bytes of group `index`, decompressed.
    func groupBytes(_ index: Int) -> Int { groupSteps(index).count * image.count }

    /// Where each block lies in the payload.
    func blockRange(_ index: Int) -> Range<Int> {
        let start = blocks[..<index].reduce(0, +)
        return start..<start + blocks[index]
    }

    /// Bytes of all columns of this trajectory, decompressed.
    public var decompressedBytes: Int { columnBytes + steps * image.count }
}
