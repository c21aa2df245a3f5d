import Files
import Foundation
import TestSupport
import Testing

@Suite struct BoundedFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func content(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: directory(name)) ?? Data(), as: UTF8.self)
    }

    @Test func keepsTheEndInTwoFiles() {
        let file = BoundedFile(directory("log"), limit: 10)
        for word in ["first\n", "second\n", "third\n"] { file.append(word.utf8) }
        #expect(content("log") == "third\n" && content("log.old") == "second\n")
        file.append("end\n".utf8)
        #expect(content("log") == "third\nend\n")
    }

    /// Whoever writes next, in another process, too, goes on where the one before ended.
    @Test func goesOnWhereItEnded() {
        BoundedFile(directory("log"), limit: 10).append("before\n".utf8)
        let file = BoundedFile(directory("log"), limit: 10)
        file.append("on".utf8)
        #expect(content("log") == "before\non")
        file.append("longer".utf8)
        #expect(content("log") == "longer" && content("log.old") == "before\non")
    }

    @Test func whatCannotBeWrittenIsLeftOut() {
        BoundedFile(directory("new/log"), limit: 10).append("word".utf8)
        #expect(content("new/log") == "word")
        // No folder can be made below a file.
        BoundedFile(directory("new/log/none/log"), limit: 10).append("word".utf8)
        #expect(content("new/log") == "word")
    }
}
