/// A picture's file, with its size in pixels as it says it itself.
struct BoardImage {
    let file: [UInt8]
    let width: Int
    let height: Int

    /// Nil for what is neither a PNG nor a GIF file.
    init?(_ file: [UInt8]) {
        self.file = file
        func number(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
        if file.count > 24, file[1..<4].elementsEqual("PNG".utf8) {
            (width, height) = (number(file[16..<20]), number(file[20..<24]))
        } else if file.count > 10, file[0..<3].elementsEqual("GIF".utf8) {
            (width, height) = (number(file[6..<8].reversed()), number(file[8..<10].reversed()))
        } else {
            return nil
        }
    }
}
