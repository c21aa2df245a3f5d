import NIOCore
import Wire

/// What comes in.
extension ClientConnectionState {
    /// What the frames that are here ask for; nil where there is no whole one.
    mutating func nextOfFrames() -> Action? {
        do throws(WireError) {
            while mayTakeFrames, actions.isEmpty {
                guard let frame = try decoder.next() else {
                    decoder.makeRoom()
                    break
                }
                try received(try Message(frame), payload: frame.payload)
                // Other messages may come between chunks: what the decoder has stays there.
                if let room = weights.takeRoom() { decoder.continued = room }
            }
        } catch {
            violation(error.description)
        }
        return actions.popFirst()
    }

    private var mayTakeFrames: Bool {
        switch phase {
        case .greeting, .admitted: true
        case .connecting, .leaving, .closing, .ended: false
        }
    }

    private mutating func received(_ message: Message, payload: ByteBuffer) throws(WireError) {
        guard let welcome else { return answered(message) }
        switch message {
        case .acknowledgement(let acknowledgement): actions.append(.settle(acknowledgement))
        case .credit(let credit): received(credit)
        case .weightsOffer(let offer): try weights.begin(offer)
        case .weightsChunk(let chunk):
            guard let policy = try weights.append(chunk, payload) else { return }
            let identity = WeightsIdentity(learnerGeneration: welcome.learnerGeneration, version: policy.version)
            actions.append(.received(LearnerClient.ReceivedWeights(identity: identity, policy: policy)))
        case .heartbeat(let heartbeat): answer(heartbeat)
        case .drain(let drain):
            isDraining = true
            // Who wants to leave need not wait any more.
            sendMore()
            actions.append(.tell(.draining(drain.reason)))
        case .goodbye(let goodbye): received(goodbye)
        default: violation("a message of type \(message.type) has no place here")
        }
    }
    /// The learner's first word.
    private mutating func answered(_ message: Message) {
        switch message {
        case .welcome(let welcome):
            if let end = objection(to: welcome) {
                close(end, Goodbye(.shutdown, "the actor does not belong here"))
            } else {
                admitted(welcome, now: heardAt)
            }
        case .refusal(let refusal): close(refusal.code == .finished ? .dismissed : .refused(refusal))
        default: violation("a message of type \(message.type) has no place here")
        }
    }

    /// Why this client does not stay with a learner that lets it in; nil where it does.
    private func objection(to welcome: Welcome) -> ConnectionEnd? {
        guard welcome.protocolVersion == protocolVersion else {
            let versions =
                "the learner speaks protocol version \(welcome.protocolVersion), the client \(protocolVersion)"
            return .refused(Refusal(.protocolVersion, versions))
        }
        guard let earlier else { return nil }
        guard welcome.runID == earlier.runID else {
            return .refused(Refusal(.run, "it runs \(welcome.runID) now, not \(earlier.runID)"))
        }
        return welcome.configuration == earlier.configuration ? nil : .configurationChanged
    }

    private mutating func received(_ credit: Credit) {
        guard window.give(Int(clamping: credit.bytes)) else {
            return violation("\(credit.bytes) bytes of credit are too many")
        }
        sendMore()
    }

    private mutating func answer(_ heartbeat: Heartbeat) {
        guard !heartbeat.isReply else { return }
        say(.heartbeat(Heartbeat(nanoseconds: heartbeat.nanoseconds, isReply: true)))
    }

    private mutating func received(_ goodbye: Goodbye) {
        switch goodbye.reason {
        case .replaced: close(.replaced)
        case .finished: close(.dismissed)
        default: close(.lost(goodbye.message))
        }
    }
}
