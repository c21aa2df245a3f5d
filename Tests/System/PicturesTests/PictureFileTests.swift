import Numbers
import PictureReaders
import Testing

@testable import Pictures

/// Files are read back by readers that were written from the formats' descriptions.
@Suite struct PictureFileTests {
    /// Flat parts, a gradient and noise: matches of all lengths and distances, and none.
    private static func picture(_ seed: UInt64, colors: Int = .max) -> Picture {
        var random = SplitMix64(seed: seed)
        var picture = Picture(width: 150, height: 120, .init(20, 20, 30))
        picture.fill(x: 10..<70, y: 20 + Int(seed) % 40..<90, .init(255, 80, 0))
        guard colors > 3 else { return picture }
        for y in 90..<120 {
            for x in 0..<150 {
                picture[x, y] =
                    x < 75
                    ? .init(UInt8(x), UInt8(y), UInt8(2 * x))
                    : .init(UInt8(random.below(256)), UInt8(random.below(256)), UInt8(random.below(256)))
            }
        }
        return picture
    }

    @Test func aPNGHoldsEachPixel() {
        for seed: UInt64 in 0..<4 {
            let picture = Self.picture(seed)
            #expect(PNGReader.pixels(PNG.encode(picture)) == picture.pixels)
        }
    }

    @Test func aPNGOfMagnifiedFramesIsSmall() {
        let picture = Self.picture(1).magnified(by: 4)
        let bytes = PNG.encode(picture)
        #expect(PNGReader.pixels(bytes) == picture.pixels)
        // Half of it would be what the noise has alone: 75 × 30 × 3 bytes.
        #expect(bytes.count < 4 * 75 * 30 * 3)
    }

    @Test func checksumsAreThoseOfTheStandards() {
        #expect(PNG.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Deflate.adler32(Array("Wikipedia".utf8)) == 0x11E6_0398)
        #expect(PNGReader.inflate(Array(Deflate.zlib([])[2...])) == [])
    }

    @Test func aGIFOfFewColoursHoldsEachPixelOfEachFrame() {
        let frames = [0, 7, 7, 30, 0].map { Self.picture($0, colors: 2) }
        let file = GIF.encode(frames, hundredths: [8])
        #expect(GIFReader.frames(file) == frames)
    }

    /// More texts than codes, so that the table begins anew, and more colours than a palette has.
    @Test func aGIFOfManyColoursIsNearEachPixel() {
        let frames = (0..<3).map { Self.picture($0) }
        let read = GIFReader.frames(GIF.encode(frames, hundredths: [3, 3, 90]))
        #expect(read.count == 3)
        for (a, b) in zip(read, frames) {
            let errors = zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }
            #expect(Double(errors.reduce(0, +)) / Double(errors.count) < 6)
            // What is flat stays what it was, nearly.
            #expect(errors[..<(3 * 150 * 15)].allSatisfy { $0 <= 3 })
        }
    }

    @Test func textIsDrawnAndCutOff() {
        var picture = Picture(width: 9, height: 5)
        picture.write("il", x: 0, y: 0, .white)
        let rows = (0..<5).map { y in (0..<9).map { picture[$0, y] == .white ? "#" : "." }.joined() }
        #expect(rows == ["###.#....", ".#..#....", ".#..#....", ".#..#....", "###.###.."])
        picture.write("wide", x: 7, y: 3, scale: 3, .white)
        #expect(Picture.textWidth("il") == 7 && Picture.textHeight(scale: 2) == 10)
    }

    @Test func framesOfAnyChannelsCanBeSeen() {
        #expect(Picture(frame: [7, 9], width: 2, height: 1, channels: 1).pixels == [7, 7, 7, 9, 9, 9])
        #expect(Picture(frame: [1, 2, 3, 4], width: 1, height: 1, channels: 4).pixels == [1, 2, 3])
        #expect(Picture(frame: [1, 2], width: 1, height: 1, channels: 2).pixels == [1, 1, 1])
    }
}
