/// What a program has said is on disk, as it stands in the notes of a recording.
public struct Promises: Sendable {
    /// The newest trajectory that was acknowledged, as were all before it.
    public private(set) var stored = 0
    /// The newest number of the file that is replaced.
    public private(set) var file = 0

    public init(notes: [String]) {
        for note in notes {
            let words = note.split(separator: " ")
            guard words.count == 2, let number = Int(words[1]) else { preconditionFailure("a note says \(note)") }
            switch words[0] {
            case "stored":
                precondition(number == stored + 1, "\(number) is acknowledged after \(stored)")
                stored = number
            case "file": file = number
            default: preconditionFailure("a note says \(note)")
            }
        }
    }

    public static func stored(_ sequence: UInt64) -> String { "stored \(sequence)" }
    public static func file(_ number: Int) -> String { "file \(number)" }
}
