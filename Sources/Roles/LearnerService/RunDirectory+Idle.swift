import Files
import Foundation
import Replay
import Runs

extension RunDirectory {
    /// Makes sure that no learner works here, before anything of its run is changed.
    /// - Throws: one line that names the process that does.
    public func requireIdle() throws {
        _ = try DirectoryLock.replay(in: url.path)
    }
}
