import CKernels

/// Bytes in memory that somebody else owns, as a tensor's elements are: images before they become floats.
public struct Bytes: BitwiseCopyable {
    private let memory: UnsafeMutablePointer<UInt8>
    private let lease: Lease
    public let count: Int

    fileprivate init(_ memory: UnsafeMutablePointer<UInt8>, count: Int, lease: Lease) {
        self.memory = memory
        self.lease = lease
        self.count = count
    }

    /// Bytes in memory that is not an arena's, and that steps only read.
    ///
    /// Safe: whoever calls keeps the memory, which nobody may change, for as long as the value is used.
    package init(borrowing memory: UnsafeMutableBufferPointer<UInt8>) {
        self.init(memory.baseAddress!, count: memory.count, lease: .endless)
    }

    var data: UnsafeMutablePointer<UInt8> {
        lease.check()
        return memory
    }

    subscript(index: Int) -> UInt8 {
        get {
            precondition(index >= 0 && index < count, "byte \(index) of \(count)")
            return data[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count, "byte \(index) of \(count)")
            data[index] = newValue
        }
    }

    /// Whether flag `index` is set.
    public func isSet(_ index: Int) -> Bool { self[index] != 0 }

    public var array: [UInt8] { Array(UnsafeBufferPointer(start: data, count: count)) }

    public func slice(_ range: Range<Int>) -> Bytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes \(range) of \(count)")
        return Bytes(memory + range.lowerBound, count: range.count, lease: lease)
    }

    public func copy(from values: [UInt8]) {
        precondition(values.count == count, "\(values.count) bytes do not fill \(count)")
        values.withUnsafeBufferPointer { data.update(from: $0.baseAddress!, count: count) }
    }

    public func copy(from other: Bytes) {
        precondition(other.count == count, "\(other.count) bytes do not fill \(count)")
        data.update(from: other.data, count: count)
    }

    /// The bytes as memory to write into.
    public func withMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) throws -> Result) rethrows -> Result {
        // Safe: the pointer has that many bytes and is only lent to `body`.
        try body(UnsafeMutableRawBufferPointer(start: data, count: count))
    }
}

extension Tape {
    /// Uninitialised bytes in the arena.
    public func bytes(_ count: Int) -> Bytes {
        Bytes(arena.allocate(UInt8.self, count), count: count, lease: arena.lease)
    }

    /// Whether any of `flags` is set; none is where the tape only counts.
    public func isAnySet(_ flags: Bytes) -> Bool {
        computes && UnsafeBufferPointer(start: flags.data, count: flags.count).contains { $0 != 0 }
    }

    /// Two images side by side in their channels: [pixels, 2 · channels] from two of [pixels, channels].
    public func joinChannels(_ a: Bytes, _ b: Bytes, channels: Int) -> Bytes {
        precondition(a.count == b.count && a.count % channels == 0, "\(a.count) and \(b.count) bytes")
        let output = bytes(a.count + b.count)
        run(a.count / channels, grain: 50_000) { _, lo, hi in
            for pixel in lo..<hi {
                let to = output.data + 2 * pixel * channels
                to.update(from: a.data + pixel * channels, count: channels)
                (to + channels).update(from: b.data + pixel * channels, count: channels)
            }
        }
        return output
    }

    /// What moves, as a mask: |o − previous| ≥ `threshold` (in steps of 1/255), dilated by `window` × `window`, per channel,
    /// for images side by side; nothing where `first` is set.
    /// - Parameters:
    ///   - images, previous: [count, size, size, channels]
    ///   - first: [count]
    /// - Returns: 255 where the mask is on, 0 elsewhere.
    public func movingMask(
        _ images: Bytes, previous: Bytes, first: Bytes, size: Int, channels: Int, threshold: Int, window: Int
    ) -> Bytes {
        masked(
            nil, where: images, differsFrom: previous, first: first, size: size, channels: channels,
            threshold: threshold, window: window)
    }

    /// The differential observation o′ = mask ⊙ o of DyMoDreamer, with the mask of `movingMask`.
    public func differential(
        _ images: Bytes, previous: Bytes, first: Bytes, size: Int, channels: Int, threshold: Int, window: Int
    ) -> Bytes {
        masked(
            images, where: images, differsFrom: previous, first: first, size: size, channels: channels,
            threshold: threshold, window: window)
    }

    private func masked(
        _ source: Bytes?, where images: Bytes, differsFrom previous: Bytes, first: Bytes, size: Int, channels: Int,
        threshold: Int, window: Int
    ) -> Bytes {
        let pixels = size * size * channels
        let output = bytes(images.count)
        let mark = scratch.mark
        defer { scratch.rewind(to: mark) }
        let part = pixels + (size + window) * channels
        let room = scratch.allocate(UInt8.self, part * pool.threads)
        run(first.count) { number, lo, hi in
            for image in lo..<hi {
                let at = image * pixels
                if first[image] != 0 {
                    (output.data + at).update(repeating: 0, count: pixels)
                } else {
                    dk_differential(
                        size, size, channels, previous.data + at, images.data + at, source.map { $0.data + at },
                        Int32(threshold), window, output.data + at, room + number * part)
                }
            }
        }
        return output
    }

    /// Copies chosen images [size] of `images` [count · size] one after the other.
    /// - Parameter chosen: numbers of the images, each given its place in the result.
    public func gathered(_ images: Bytes, size: Int, count: Int, _ chosen: (Int) -> Int) -> Bytes {
        let output = bytes(count * size)
        compute {
            for place in 0..<count {
                let from = chosen(place)
                output.slice(place * size..<(place + 1) * size).copy(
                    from: images.slice(from * size..<(from + 1) * size))
            }
        }
        return output
    }
}
