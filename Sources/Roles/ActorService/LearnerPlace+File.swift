import Diagnostics
import Runs
import Synchronization
import Transport

extension LearnerPlace {
    /// Wherever the learner says in `file` that it listens.
    public static func announced(in file: AddressFile) -> LearnerPlace {
        let sight = Sight(file)
        return .lookedUp(name: file.path) { sight.look() }
    }

    /// What an actor has seen in the file so far.
    private final class Sight: Sendable {
        private let file: AddressFile
        private let newest = Mutex<LearnerAnnouncement?>(nil)

        init(_ file: AddressFile) {
            self.file = file
        }

        func look() -> LearnerWhereabouts {
            do throws(UserError) {
                guard let found = try file.read() else { return .unknown("\(file.path) is not there yet") }
                return whereabouts(newest(found))
            } catch { return .unknown(error.message) }
        }

        /// A disk of other machines may show for a while what it held before.
        private func newest(_ found: LearnerAnnouncement) -> LearnerAnnouncement {
            newest.withLock { newest in
                if let newest, newest.isNewer(than: found) { return newest }
                newest = found
                return found
            }
        }

        private func whereabouts(_ announcement: LearnerAnnouncement) -> LearnerWhereabouts {
            if announcement.isComplete { return .complete }
            let (host, port) = (announcement.host, announcement.port)
            guard let certificate = announcement.certificate else { return .at(LearnerAddress(host: host, port: port)) }
            do throws(TransportError) {
                return .at(try LearnerAddress(host: host, port: port, certificate: certificate))
            } catch { return .unknown("\(file.path): \(error)") }
        }
    }
}
