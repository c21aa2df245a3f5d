import Numbers

/// Values rounded to bfloat16, two in each word that is sent.
struct RoundedValues {
    private var words: [UInt32]

    init(_ values: UnsafeMutableBufferPointer<Float>) {
        let whole = values.count / 2
        words = [UInt32](unsafeUninitializedCapacity: whole + values.count % 2) { words, count in
            for index in 0..<whole {
                words[index] = Self.bits(values[2 * index]) | Self.bits(values[2 * index + 1]) << 16
            }
            if values.count % 2 == 1 { words[whole] = Self.bits(values[2 * whole]) }
            count = words.count
        }
    }

    /// As an exchange takes memory: it moves bits, and computes nothing with them.
    mutating func withWords(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
        words.withUnsafeMutableBytes { body($0.bindMemory(to: Float.self)) }
    }

    func write(to values: UnsafeMutableBufferPointer<Float>) {
        for index in 0..<values.count / 2 {
            values[2 * index] = Self.lower(words[index])
            values[2 * index + 1] = Self.upper(words[index])
        }
        if values.count % 2 == 1 { values[values.count - 1] = Self.lower(words[values.count / 2]) }
    }

    /// Writes the means of `rows` of `all`, each as long as `words`, added up in float32 in this order.
    static func mean(
        of all: UnsafeMutableBufferPointer<Float>, rows: [Int], into words: UnsafeMutableBufferPointer<Float>
    ) {
        let number = Float(rows.count)
        for index in words.indices {
            var (low, high) = (Float(0), Float(0))
            for row in rows {
                let word = all[row * words.count + index].bitPattern
                low += lower(word)
                high += upper(word)
            }
            words[index] = Float(bitPattern: bits(low / number) | bits(high / number) << 16)
        }
    }

    private static func lower(_ word: UInt32) -> Float { BFloat16.float(UInt16(truncatingIfNeeded: word)) }
    private static func upper(_ word: UInt32) -> Float { BFloat16.float(UInt16(word >> 16)) }
    private static func bits(_ value: Float) -> UInt32 { UInt32(BFloat16.bits(value)) }
}
