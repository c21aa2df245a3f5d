import Experience
import Fields

/// What identifies a run and when it is over.
public struct RunSettings: FieldGroup {
    /// Source of every random number of the run.
    public var seed: UInt64 = 0
    /// Length of the run in agent steps, over all actors.
    public var steps = 100_000
    /// Name of the run; empty until the learner makes one.
    public var id = ""
    /// Learner and one actor take turns, so that the seed alone decides what comes out; see `Configuration+Lockstep`.
    public var lockstep = false
    /// Training takes what is in the replay, and there are no actors.
    public var offline = false

    public static let fields: [Field<RunSettings>] = [
        Field("seed", \.seed).fixed,
        Field("steps", \.steps, .within(1...ReplaySettings.mostSteps)),
        Field("id", \.id),
        Field("lockstep", \.lockstep),
        Field("offline", \.offline),
    ]

    public init() {}
}
