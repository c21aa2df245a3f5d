/// Where the learner of a run listens, for actors on machines that share a disk with it.
public struct LearnerAnnouncement: Codable, Equatable, Sendable {
    public var run: String
    /// How often the run's learner has started: of two announcements the higher one holds.
    public var generation: UInt64
    public var host: String
    public var port: Int
    /// The certificate that the learner shows, PEM; nil where connections are not encrypted.
    public var certificate: String?
    /// Whether the run is complete, and needs no actors any more.
    public var isComplete: Bool
    /// How many learners train the agent together, each of which says in a file of its own where it listens; nil for one.
    public var ranks: Int?

    private enum CodingKeys: String, CodingKey {
        case run, generation, host, port, certificate, ranks
        case isComplete = "complete"
    }

    public init(
        run: String, generation: UInt64, host: String, port: Int, certificate: String? = nil, isComplete: Bool = false,
        ranks: Int? = nil
    ) {
        self.run = run
        self.generation = generation
        self.host = host
        self.port = port
        self.certificate = certificate
        self.isComplete = isComplete
        self.ranks = ranks
    }

    /// Whether this is of a later start of the same run's learner than `other`.
    public func isNewer(than other: Self) -> Bool { run == other.run && generation > other.generation }

    /// A certificate is some kilobytes.
    static let maximumBytes = 1 << 16
}
