import Wire

/// What is checked about a Hello before the endpoint hears of it.
struct AdmissionRules: Sendable {
    var runID: String
    /// Empty: none is asked for.
    var token: String
    var limits: ConnectionLimits

    /// - Throws: a `Refusal` that says what to do.
    func check(_ hello: Hello, connections: Int) throws(Refusal) {
        guard hello.protocolVersion == protocolVersion else {
            throw Refusal(
                .protocolVersion,
                "the client speaks protocol version \(hello.protocolVersion), the learner \(protocolVersion): "
                    + "run the same release on both sides")
        }
        guard isEqualInConstantTime(hello.token, token) else {
            throw Refusal(.token, "the token is wrong: give the actor the token that the learner was started with")
        }
        guard hello.runID.isEmpty || hello.runID == runID else {
            throw Refusal(
                .run,
                "this learner runs \(runID): start the actor again to join it, or connect to the learner of its run")
        }
        guard Hello.isActorName(hello.actor) else {
            throw Refusal(.name, "the actor's name must be 1 to 64 of A-Z a-z 0-9 . _ -")
        }
        guard connections < limits.actors else {
            throw Refusal(.full, "the learner has \(connections) actors and takes no more: \(limits.advice)")
        }
    }
}

/// Compares secrets in a time that tells nothing about where they differ (only whether their lengths do).
func isEqualInConstantTime(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
