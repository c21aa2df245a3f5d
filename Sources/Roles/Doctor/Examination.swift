import Foundation

/// Looks at a machine as a run would find it, and changes nothing.
public struct Examination {
    /// Where runs are to lie.
    public let directory: String
    /// Interpreter of bridged environments; nil looks for one.
    public let python: String?
    /// Address and port of a learner.
    public let listen: (host: String, port: Int)

    public init(directory: String, python: String?, listen: (host: String, port: Int)) {
        self.directory = directory
        self.python = python
        self.listen = listen
    }

    public var findings: [Finding] {
        machine + pythonFindings + [port] + directoryFindings + [clock, descriptors]
    }
}
