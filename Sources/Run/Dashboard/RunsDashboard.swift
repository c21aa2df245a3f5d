import Diagnostics
import Foundation
import Threads

/// The dashboard of runs that lie in folders, finished or not.
public struct RunsDashboard: Sendable {
    /// Between two looks at the files of runs, and so many of them between two searches for runs.
    private static let interval = Duration.seconds(2)
    private static let looksPerSearch = 5

    public let server: DashboardServer
    private let runs = RunList(isLive: false)
    private let folders: [String]

    /// - Parameter folders: of runs, or of folders with runs.
    /// - Throws: one line that names a folder which does not exist.
    public init(_ options: DashboardServer.Options, folders: [String]) throws(UserError) {
        for folder in folders where !FileManager.default.fileExists(atPath: folder) {
            throw UserError("\(folder) does not exist: give directories of runs, or one that holds them, such as runs")
        }
        self.folders = folders
        server = DashboardServer(options, runs: runs)
    }

    /// Follows the runs until it is cancelled.
    /// - Parameter found: called after the first look, with how many runs there are.
    public func follow(found: @Sendable (Int) -> Void = { _ in }) async throws {
        var follower = RunFollower(runs, folders: folders)
        var look = 0
        while !Task.isCancelled {
            let isSearching = look % Self.looksPerSearch == 0
            // A disk may not answer.
            follower = try await DedicatedThread.run("runs", with: follower) { follower in
                var follower = follower
                if isSearching { follower.search() }
                follower.read()
                return follower
            }
            if look == 0 { found(runs.all.count) }
            look += 1
            server.setReady(true)
            // Cancellation ends the pause, and with it the loop.
            try? await Task.sleep(for: Self.interval)
        }
    }
}
