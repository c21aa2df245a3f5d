import Files
import Processes
import Synchronization

/// The file of what a run's processes say. Any thread may add to it.
final class RunLog: Sendable {
    private struct State: ~Copyable {
        let file: OpenFile
        var lastMessage = ""
    }

    private let state: Mutex<State>

    init(path: String) throws(FileError) {
        state = Mutex(State(file: try OpenFile(path, for: .appending)))
    }

    /// What does not fit the disk is no reason to end a run.
    func add(_ line: ChildProgram.Line) {
        let text =
            switch line {
            case .output(let text), .message(let text): text
            }
        state.withLock { state in
            if case .message = line { state.lastMessage = text }
            try? state.file.write(Array("\(text)\n".utf8))
        }
    }

    /// The last line that was said on standard error.
    var lastMessage: String { state.withLock { $0.lastMessage } }
}
