import CBuild
import Tensors
import Wire

/// Which program this is.
enum Release {
    /// The first number is the protocol's: learner and actors of one run are of the same.
    static let version = "\(Wire.protocolVersion).0"

    /// For whoever reports what it does: on which machine it would compute how, and what it was built from.
    static var description: String {
        """
        \(version)
        commit \(commit.isEmpty ? "not recorded: built here" : commit)
        protocol \(Wire.protocolVersion)
        \(MatrixLibrary.description())
        """
    }

    private static var commit: String { String(cString: build_commit()) }
}
