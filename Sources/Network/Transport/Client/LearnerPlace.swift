import NIOSSL

/// Where a client finds its learner.
public enum LearnerPlace: Sendable {
    case at(LearnerAddress)
    /// Wherever `find` says, which is asked at each attempt, on a thread that may wait for a disk.
    /// - Parameter name: of what is asked, for people.
    case lookedUp(name: String, find: @Sendable () -> LearnerWhereabouts)

    /// What is known at this moment. It may wait for a disk.
    public var whereabouts: LearnerWhereabouts {
        switch self {
        case .at(let address): .at(address)
        case .lookedUp(_, let find): find()
        }
    }
}

extension LearnerPlace: CustomStringConvertible {
    public var description: String {
        switch self {
        case .at(let address): "\(address)"
        case .lookedUp(let name, _): name
        }
    }
}

/// What is known of a learner at a moment.
public enum LearnerWhereabouts: Sendable {
    case at(LearnerAddress)
    /// Nothing yet, for this reason.
    case unknown(String)
    /// It needs nobody any more.
    case complete
}

/// Where a learner listens.
public struct LearnerAddress: Sendable, Equatable, CustomStringConvertible {
    public var host: String
    public var port: Int
    /// The one that it must show, wherever it runs; nil: any of the authority's that names `host`.
    var certificate: NIOSSLCertificate?

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// - Parameter certificate: PEM.
    /// - Throws: `.certificates` where it is none.
    public init(host: String, port: Int, certificate: String) throws(TransportError) {
        self.init(host: host, port: port)
        do { self.certificate = try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem) } catch {
            throw .certificates("the certificate of the learner at \(self) is damaged")
        }
    }

    public var description: String { "\(host):\(port)" }
}
