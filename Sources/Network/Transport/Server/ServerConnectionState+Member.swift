import Experience
import Wire

extension ServerConnectionState {
    /// An admitted actor, and what it has sent that is not settled.
    struct Member: Equatable {
        let hello: Hello
        private(set) var window: CreditWindow
        private var lastSequence: UInt64
        /// Decompressed bytes of trajectories that are not settled yet.
        private var unsettled: [UInt64: Int] = [:]
        /// Bytes that can be granted.
        private var returned: Int
        private var settled = Acknowledgement()

        init(hello: Hello, _ admission: Admission) {
            self.hello = hello
            window = CreditWindow(capacity: admission.creditBytes)
            lastSequence = admission.storedThrough
            returned = admission.creditBytes
        }

        func key(_ sequence: UInt64) -> TrajectoryKey {
            TrajectoryKey(actor: hello.actor, incarnation: hello.incarnation, sequence: sequence)
        }

        /// Accounts for a trajectory that has arrived; returns what is wrong with it.
        mutating func take(_ sequence: UInt64, credit: Int) -> String? {
            guard sequence > lastSequence else {
                return "sequence number \(sequence) does not follow \(lastSequence)"
            }
            guard window.take(credit) else {
                return "a trajectory of \(credit) bytes exceeds the credit of \(window.available)"
            }
            lastSequence = sequence
            unsettled[sequence] = credit
            return nil
        }

        /// A trajectory is settled; one that is not under way is nobody's business any more.
        mutating func settle(_ sequence: UInt64, _ outcome: Settlement.Outcome) {
            guard let bytes = unsettled.removeValue(forKey: sequence) else { return }
            returned += bytes
            switch outcome {
            case .stored: settled.stored.append(sequence)
            case .duplicate: settled.duplicates.append(sequence)
            case .refused(let reason): settled.refused.append(.init(sequence: sequence, reason: reason))
            }
        }

        /// Trajectories that are settled and not acknowledged.
        var unanswered: Int { settled.count }

        /// What has been settled since the last call; nil where nothing has.
        ///
        /// A method of its own: Swift 6.3 does not release the old value where one is assigned through the optional
        /// member of a noncopyable struct, and every acknowledgement ever sent would stay in memory.
        mutating func takeSettled() -> Acknowledgement? {
            guard settled.count > 0 else { return nil }
            defer { settled = Acknowledgement() }
            return settled
        }

        /// What can be granted since the last call; nil where nothing can.
        mutating func takeCredit() -> Credit? {
            guard returned > 0 else { return nil }
            let fits = window.give(returned)
            precondition(fits, "\(returned) bytes of credit are more than was taken")
            defer { returned = 0 }
            return Credit(bytes: UInt64(returned))
        }
    }
}
