/// Exit statuses of an actor by which whoever started it knows what to do.
public enum ActorStatus {
    /// Its learner has another run, or other settings: start it again.
    public static let anotherRun: Int32 = 5
    /// No learner was found for as long as it was told to look.
    public static let gaveUp: Int32 = 6
    /// Its environments cannot be played, however often they are made: what is stored is whole, and another start will not help.
    public static let environmentFailed: Int32 = 7
}
