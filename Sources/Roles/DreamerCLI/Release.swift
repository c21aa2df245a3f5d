import Wire

/// Which program this is.
enum Release {
    /// The first number is the protocol's: learner and actors of one run are of the same.
    static let version = "\(Wire.protocolVersion).0"
}
