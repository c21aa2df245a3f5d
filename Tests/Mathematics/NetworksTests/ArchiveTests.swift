import Foundation
import Networks
import TestSupport
import Testing

@Suite struct ArchiveTests {
    private func sample() -> Archive {
        var archive = Archive()
        archive.set("scalar", [3.5], shape: [])
        archive.set("matrix", [1, -2, .infinity, 4, 5, -0.0], shape: [2, 3])
        archive.set("nothing", [], shape: [0, 7])
        archive.set("pixels", bytes: [0, 1, 255], shape: [3, 1])
        archive.metadata = ["format": "pt", "note": "ü \"quoted\""]
        return archive
    }

    private func expectSample(_ archive: Archive) throws {
        #expect(archive.names == ["matrix", "nothing", "pixels", "scalar"])
        #expect(try archive.floats("scalar", shape: []) == [3.5])
        #expect(try archive.floats("matrix", shape: [2, 3]) == [1, -2, .infinity, 4, 5, -0.0])
        #expect(try archive.floats("nothing", shape: [0, 7]) == [])
        #expect(try archive.uint8s("pixels", shape: [3, 1]) == [0, 1, 255])
        #expect(archive.metadata == sample().metadata)
    }

    @Test func archivesSurviveBytesAndFiles() throws {
        try expectSample(Archive(sample().data()))
        // Also as a slice whose indices do not start at zero.
        try expectSample(Archive((Data([1, 2, 3]) + sample().data()).dropFirst(3)))
        let directory = try TemporaryDirectory()
        try sample().write(to: directory.file("a.safetensors"))
        try expectSample(Archive(contentsOf: directory.file("a.safetensors")))
    }

    @Test func bytesAreThoseOfTheFormat() throws {
        var archive = Archive()
        archive.set("b", [1], shape: [1])
        archive.set("a", [-2], shape: [])
        let data = try archive.data()
        let header =
            #"{"a":{"data_offsets":[0,4],"dtype":"F32","shape":[]},"b":{"data_offsets":[4,8],"dtype":"F32","shape":[1]}}"#
        let length = (header.utf8.count + 7) / 8 * 8
        let padded = header + String(repeating: " ", count: length - header.utf8.count)
        #expect(data == archiveData(padded, [0, 0, 0, 0xc0, 0, 0, 0x80, 0x3f]))
        #expect(try Archive(data).data() == data)
    }

    @Test func fileOfAnotherWriterIsRead() throws {
        let data = archiveData(
            #"{"__metadata__":{"format":"pt"},"u":{"dtype":"U8","shape":[3],"data_offsets":[4,7]},"f":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}"#,
            [0, 0, 0x80, 0x3f, 7, 8, 9])
        let archive = try Archive(data)
        #expect(try archive.uint8s("u", shape: [3]) == [7, 8, 9])
        #expect(try archive.floats("f") == [1])
    }

    @Test func askingForWhatIsNotThereSaysSo() throws {
        let archive = sample()
        expectOneLine("missing") { _ = try archive.floats("other") }
        expectOneLine("[2, 3], not [3, 2]") { _ = try archive.floats("matrix", shape: [3, 2]) }
        expectOneLine("F32, not U8") { _ = try archive.uint8s("matrix") }
    }

    /// Headers that lie, and the words that their errors must contain.
    private static let corrupted: [(name: String, data: Data, words: String)] = {
        func entry(_ dtype: String, _ shape: String, _ offsets: String, _ body: Int = 8) -> Data {
            archiveData(
                #"{"x":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#,
                [UInt8](repeating: 0, count: body))
        }
        let huge = "9223372036854775807"
        return [
            ("empty", Data(), "not a safetensors file"),
            ("seven bytes", Data(count: 7), "not a safetensors file"),
            ("text", Data("not an archive at all".utf8), "cut short"),
            ("header beyond the file", archiveData("{}", declared: 3), "cut short"),
            ("longest header", archiveData("{}", declared: .max), "cut short"),
            ("header of a negative length", archiveData("{}", declared: 1 << 63), "cut short"),
            ("no JSON", archiveData("{]"), "not JSON"),
            ("no object", archiveData("[1,2]"), "not JSON"),
            ("no header", archiveData(""), "not JSON"),
            ("bytes that are no text", archiveData("\u{0}\u{1}"), "not JSON"),
            ("number for a tensor", archiveData(#"{"x":1}"#), "x is not a tensor"),
            ("nothing for a tensor", archiveData(#"{"x":null}"#), "x is not a tensor"),
            ("list for a tensor", archiveData(#"{"x":[]}"#), "x is not a tensor"),
            ("no shape", archiveData(#"{"x":{"dtype":"F32","data_offsets":[0,4]}}"#), "x is not a tensor"),
            ("text for a shape", entry("F32", #""2""#, "[0,8]"), "x is not a tensor"),
            ("extent that is no number", entry("F32", "[1e999]", "[0,8]"), "not JSON"),
            ("half an element", entry("F32", "[2.5]", "[0,8]"), "x is not a tensor"),
            ("one offset", entry("F32", "[2]", "[0]"), "x is not a tensor"),
            ("three offsets", entry("F32", "[2]", "[0,4,8]"), "x is not a tensor"),
            ("offset beyond integers", entry("F32", "[2]", "[0,1e40]"), "x is not a tensor"),
            ("unknown elements", entry("F16", "[4]", "[0,8]"), "F16"),
            ("negative offset", entry("F32", "[2]", "[-8,0]"), "outside the file"),
            ("offsets the wrong way round", entry("F32", "[2]", "[8,0]"), "outside the file"),
            ("offset beyond the file", entry("F32", "[3]", "[0,12]"), "outside the file"),
            ("largest offset", entry("F32", "[2]", "[0,\(huge)]"), "outside the file"),
            ("negative extent", entry("F32", "[-2]", "[0,8]"), "outside the file"),
            ("largest extent", entry("F32", "[\(huge)]", "[0,8]"), "outside the file"),
            ("extents that overflow", entry("F32", "[1000000000000,1000000000000]", "[0,8]"), "impossible shape"),
            ("extents that overflow to fit", entry("F32", "[4294967296,1073741824,1]", "[0,0]"), "impossible shape"),
            ("shape for another length", entry("F32", "[3]", "[0,8]"), "shape [3] needs"),
            ("name of two lines", archiveData(#"{"x\ny":1}"#), "not a tensor"),
        ]
    }()

    @Test(arguments: corrupted.indices) func corruptedArchiveIsRefusedInOneLine(index: Int) {
        let (_, data, words) = Self.corrupted[index]
        expectOneLine(words) { _ = try Archive(data) }
    }

    @Test func everyTruncationIsRefused() throws {
        let data = try sample().data()
        for length in 0..<data.count {
            #expect(throws: ArchiveError.self) { try Archive(data.prefix(length)) }
        }
    }

    /// No flipped byte may crash the reader; what it reads, if it reads, can be asked for.
    @Test func flippedBytesNeverCrash() throws {
        let data = try sample().data()
        for index in 0..<data.count {
            for flip in [0x01, 0x10, 0x80, 0xff] as [UInt8] {
                var damaged = data
                damaged[index] ^= flip
                guard let archive = try? Archive(damaged) else { continue }
                for name in archive.names { _ = (try? archive.floats(name), try? archive.uint8s(name)) }
            }
        }
    }

    @Test func unreadableFileIsNamedInOneLine() throws {
        let directory = try TemporaryDirectory()
        expectOneLine("missing.safetensors") { _ = try Archive(contentsOf: directory.file("missing.safetensors")) }
        try Data("junk".utf8).write(to: directory.file("junk"))
        expectOneLine("junk: not a safetensors file") { _ = try Archive(contentsOf: directory.file("junk")) }
        expectOneLine("cannot be read") { _ = try Archive(contentsOf: directory.url) }
    }

    private func expectOneLine(
        _ words: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
    ) {
        let error = #expect(throws: ArchiveError.self, sourceLocation: sourceLocation) { try body() }
        let text = error?.description ?? ""
        #expect(text.contains(words), sourceLocation: sourceLocation)
        #expect(!text.contains { $0.isNewline } && !text.isEmpty, sourceLocation: sourceLocation)
    }
}
