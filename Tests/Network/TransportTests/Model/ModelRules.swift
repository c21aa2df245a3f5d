/// What the learner of the model does. Each departure from `sound` is a mistake that the search must find.
enum ModelRules: CaseIterable {
    case sound
    /// Acknowledges what it has received.
    case acknowledgesBeforeCommit
    /// Tells a client that comes back of all that it has received, not of what is committed.
    case welcomesWithReceived
    /// Stores again what comes again.
    case storesTwice
    /// Forgets at a restart what has been stored.
    case forgetsWhatWasStored
}
