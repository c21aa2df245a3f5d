import Experience
import NIOCore
import TrajectoryCodec
import Wire

/// What comes in.
extension ServerConnectionState {
    /// What the frames that are here ask for; nil where there is no whole one, or none may be taken now.
    mutating func nextOfFrames(isWritable: Bool, throttle: Throttle) -> Action? {
        do throws(WireError) {
            while actions.isEmpty, mayTakeFrames(throttle) {
                guard let frame = try decoder.next() else {
                    askForMemory()
                    break
                }
                if memory != .none { giveMemoryBack() }
                let message = try Message(frame)
                if let action = received(message, payload: frame.payload, isWritable: isWritable) { return action }
            }
        } catch {
            violation(error.description)
        }
        return actions.popFirst()
    }

    private func mayTakeFrames(_ throttle: Throttle) -> Bool {
        phase != .joining && !isEnding && mayRead(throttle)
    }

    /// Makes room for a frame that has begun; nothing more is read before a large one has its memory.
    private mutating func askForMemory() {
        let bytes = decoder.payloadUnderWay
        if memory == .none, bytes > FrameBudget.free {
            memory = .asked
            actions.append(.takeMemory(bytes))
        } else {
            decoder.makeRoom()
        }
    }

    /// - Returns: what to do, where that is for others than the connection itself.
    private mutating func received(_ message: Message, payload: ByteBuffer, isWritable: Bool) -> Action? {
        guard let member else {
            guard case .hello(let hello) = message else {
                violation("a message of type \(message.type) has no place here")
                return nil
            }
            phase = .joining
            return .join(hello)
        }
        switch message {
        case .trajectory(let message): return received(message, payload)
        case .report(let report): return .report(report, actor: member.hello.actor)
        case .heartbeat(let heartbeat): answer(heartbeat, isWritable: isWritable)
        case .goodbye(let goodbye): received(goodbye)
        default: violation("a message of type \(message.type) has no place here")
        }
        return nil
    }

    private mutating func received(_ goodbye: Goodbye) {
        hasLeftForGood = goodbye.reason != .violation
        close(because: goodbye.message)
    }

    /// A peer that does not read its answers gets no more of them, so that they do not pile up.
    private mutating func answer(_ heartbeat: Heartbeat, isWritable: Bool) {
        if heartbeat.isReply { return liveness.answered(heartbeat) }
        guard isWritable else { return }
        say(.heartbeat(Heartbeat(nanoseconds: heartbeat.nanoseconds, isReply: true)))
    }

    private mutating func received(_ message: TrajectoryMessage, _ payload: ByteBuffer) -> Action? {
        guard member?.hello.role != .evaluator else {
            violation("an evaluator sends no experience")
            return nil
        }
        if let problem = member?.take(message.sequence, credit: message.header.credit) {
            violation(problem)
            return nil
        }
        do throws(TrajectoryCodecError) {
            let trajectory = try EncodedTrajectory(
                checking: message.header, payload: payload, limits: configuration.trajectories)
            try trajectory.verifyChecksum()
            return member.map { .store(trajectory, $0.key(message.sequence)) }
        } catch {
            member?.settle(message.sequence, .refused(error.description))
            return nil
        }
    }
}
