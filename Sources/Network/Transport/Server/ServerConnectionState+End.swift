import NIOCore
import Wire

/// How a connection ends.
extension ServerConnectionState {
    /// The sending half is closed.
    mutating func outputClosed(now: NIODeadline) {
        if case .leaving = phase { phase = .leaving(until: now + Self.patience) }
    }

    /// Ends the connection of a stranger for the sake of one that came later.
    mutating func makeWay() {
        close(because: "it made way for a newer one before it had introduced itself")
    }

    /// Ends the connection; only an actor hears why.
    mutating func dismiss(_ goodbye: Goodbye) {
        guard !isEnding else { return }
        close(saying: member == nil ? nil : .goodbye(goodbye), because: goodbye.message)
    }

    /// A client that does not keep to the rules hears so, if it was let in.
    mutating func violation(_ reason: String) {
        close(saying: member == nil ? nil : .goodbye(Goodbye(.violation, reason)), because: reason)
    }

    /// The first reason is the cause of those that follow.
    mutating func close(saying last: Message? = nil, because reason: String) {
        guard !isEnding else { return closeAtOnce() }
        self.reason = reason
        if member == nil { actions.append(.turnedAway(reason: reason)) }
        guard let last else { return closeAtOnce() }
        phase = .leaving(until: .distantFuture)
        say(last)
        actions.append(flush())
        actions.append(.closeOutput)
    }

    mutating func closeAtOnce() {
        guard phase != .closed else { return }
        phase = .closed
        if isUnflushed { actions.append(flush()) }
        actions.append(.close)
    }

    /// Whether nothing that comes counts any more.
    var isEnding: Bool {
        switch phase {
        case .leaving, .closed: true
        case .greeting, .joining, .admitted: false
        }
    }
}
