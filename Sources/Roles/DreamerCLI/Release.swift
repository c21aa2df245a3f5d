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
        commit \(commit ?? "not recorded: built here")
        protocol \(Wire.protocolVersion)
        \(MatrixLibrary.description())
        """
    }

    /// nil where it is not recorded.
    static var commit: String? {
        let commit = String(cString: build_commit())
        return commit.isEmpty ? nil : commit
    }
}
