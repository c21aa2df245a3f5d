/// What the learner's process uses of the machine: a sample.
public struct ProcessMeasurement: Codable, Sendable, Equatable {
    /// Memory in use, in bytes.
    public var residentBytes: Int
    /// Processor time of all threads since the process began, user and system, in seconds.
    public var processorSeconds: Double
    /// Threads that exist.
    public var threads: Int
    /// Descriptors that are open: files, sockets, pipes.
    public var descriptors: Int

    public init(residentBytes: Int, processorSeconds: Double, threads: Int, descriptors: Int) {
        self.residentBytes = residentBytes
        self.processorSeconds = processorSeconds
        self.threads = threads
        self.descriptors = descriptors
    }

    enum CodingKeys: String, CodingKey {
        case threads, descriptors
        case residentBytes = "resident_bytes"
        case processorSeconds = "processor_seconds"
    }
}
