import Files
import Foundation
import Glibc
import Settings

/// A configuration that the learner of a run is to take, in a file of its own until it has: `config.yaml` says what was taken.
public struct ProposedConfiguration: Sendable {
    public let path: String

    /// Nobody needs it any more.
    public func withdraw() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

extension RunDirectory {
    /// Under a name that no other process has: of several that start in one new directory, each learner reads its own.
    public func propose(_ configuration: Configuration) throws -> ProposedConfiguration {
        removeForsakenProposals()
        let path = url.appendingPathComponent("\(Self.proposal)\(getpid())-\(UUID().uuidString).yaml").path
        try DurableFile.replace(path, with: configuration.yaml().utf8)
        return ProposedConfiguration(path: path)
    }

    private static let proposal = ".proposed-"

    /// Those of processes that were killed.
    private func removeForsakenProposals() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        where name.hasPrefix(Self.proposal) {
            let process = name.dropFirst(Self.proposal.count).prefix { $0 != "-" }
            if Int32(process) != nil, FileManager.default.fileExists(atPath: "/proc/\(process)") { continue }
            try? FileManager.default.removeItem(at: url.appendingPathComponent(name))
        }
    }
}
