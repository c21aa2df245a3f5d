import Diagnostics
import Foundation
import Runs
import Synchronization
import Threads
import Transport

/// Says in a file where this learner listens, and sees there when another has taken its place.
package final class Announcer: Sendable {
    /// Between two looks at the file, and at the certificate.
    private static let interval = Duration.seconds(10)

    private let file: AddressFile
    private let tls: TLSFiles?
    /// What an earlier start has said.
    package let earlier: LearnerAnnouncement?
    private let present = Mutex<LearnerAnnouncement?>(nil)

    package init(_ path: String, tls: TLSFiles?) throws(UserError) {
        file = AddressFile(path)
        self.tls = tls
        earlier = try file.read()
    }

    /// Says so from now on.
    /// - Throws: as `renew`.
    package func begin(_ announcement: LearnerAnnouncement) throws(UserError) {
        present.withLock { $0 = announcement }
        try renew()
    }

    /// The run is complete: whoever comes from now on may end.
    package func complete() throws(UserError) {
        present.withLock { $0?.isComplete = true }
        try renew()
    }

    /// Has the file say what it is to say, with the certificate that the learner shows now.
    /// - Throws: where it cannot be written, or a newer learner of this run stands there, which is then to be the only one.
    package func renew() throws(UserError) {
        guard var wanted = present.withLock({ $0 }) else { return }
        wanted.certificate = tls.flatMap { try? String(contentsOfFile: $0.certificate, encoding: .utf8) }
        let found = try file.read()
        if let found, found.isNewer(than: wanted) { throw replaced(by: found) }
        if found != wanted { try file.write(wanted) }
    }

    /// Renews the file now and then, until the task is cancelled.
    /// - Returns: why this learner is to end; nil where it was cancelled.
    func keep(unreadable: @Sendable (UserError) -> Void) async -> UserError? {
        while (try? await Task.sleep(for: Self.interval)) != nil {
            // A thread that may wait for another machine's disk.
            do { try await DedicatedThread.run("address file", with: self) { try $0.renew() } } catch {
                guard let error = error as? UserError else { continue }
                if error.exitCode == Self.isReplaced { return error }
                unreadable(error)
            }
        }
        return nil
    }

    /// Status of a learner whose place another has taken.
    private static let isReplaced: Int32 = 8

    private func replaced(by newer: LearnerAnnouncement) -> UserError {
        UserError(
            "another learner of this run, of its start \(newer.generation), listens at \(newer.host):\(newer.port) "
                + "(\(file.path)): this one ends", exitCode: Self.isReplaced)
    }
}
