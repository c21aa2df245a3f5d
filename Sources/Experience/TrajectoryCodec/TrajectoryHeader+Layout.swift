import Experience

/// Sizes that follow from a header. Meant for valid headers: the arithmetic traps where it would overflow.
extension TrajectoryHeader {
    /// Bytes of block 0, decompressed: all columns but the images.
    var columnBytes: Int { steps * shape.columnBytes }

    /// Number of groups of images, one block each.
    var groupCount: Int { shape.image.count == 0 ? 0 : (steps + Self.framesPerBlock - 1) / Self.framesPerBlock }

    /// Steps whose images are in group `index`.
    func groupSteps(_ index: Int) -> Range<Int> {
        let start = index * Self.framesPerBlock
        return start..<min(start + Self.framesPerBlock, steps)
    }

    /// Bytes of group `index`, decompressed.
    func groupBytes(_ index: Int) -> Int { groupSteps(index).count * shape.image.count }

    /// Bytes of block `index`, decompressed.
    func blockBytes(_ index: Int) -> Int { index == 0 ? columnBytes : groupBytes(index - 1) }

    /// Where each block lies in the payload.
    func blockRange(_ index: Int) -> Range<Int> {
        let start = blocks[..<index].reduce(0, +)
        return start..<start + blocks[index]
    }

    /// Bytes of all columns of this trajectory, decompressed.
    public var decompressedBytes: Int { columnBytes + steps * shape.image.count }
}
