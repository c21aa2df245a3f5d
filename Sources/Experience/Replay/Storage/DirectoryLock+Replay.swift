import Files

extension DirectoryLock {
    /// Keeps a second learner out of the directory of a replay.
    package static func replay(in directory: String) throws(ReplayError) -> DirectoryLock {
        do throws(Failure) { return try DirectoryLock(directory, name: "replay.lock") } catch {
            switch error {
            case .held(let holder):
                throw ReplayError(
                    .inUse,
                    "the replay in \(directory) is in use by \(holder): stop that, or choose another directory")
            case .file(let error): throw ReplayError(.directory, "\(error)")
            }
        }
    }
}
