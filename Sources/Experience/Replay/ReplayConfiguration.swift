import Diagnostics
import Experience
import Fields

/// What a replay is told: the settings of the run, and what follows from other settings of it. A checkpoint keeps it, so that
/// the run that goes on can say what changed.
@dynamicMemberLookup
public struct ReplayConfiguration: FieldGroup {
    public var settings = ReplaySettings()
    /// Compressed bytes that may wait to be stored.
    public var queueBytes = 256 << 20
    /// Agent steps that arrive at once, in a trajectory.
    public var trajectorySteps = Trajectory.usualSteps
    /// Trajectories whose policy was more versions behind than this when they arrived are stored, but not sampled; nil
    /// for no such limit.
    public var maximumStaleness: Int?

    public static let fields: [Field<ReplayConfiguration>] =
        ReplaySettings.fields.filter { $0.key != "prefetch" }.map { $0.lifted(\ReplayConfiguration.settings) } + [
            // With 0, which lockstep needs, sampling is synchronous and reproducible.
            Field("prefetch", \.settings.prefetch, .notNegative),
            Field("queue_bytes", \.queueBytes, .positive),
            Field("trajectory_steps", \.trajectorySteps, .positive),
            Field("maximum_staleness", optional: \.maximumStaleness),
        ]

    public init() {}

    /// The settings, read and written as if they stood here.
    public subscript<Value>(dynamicMember path: WritableKeyPath<ReplaySettings, Value>) -> Value {
        get { settings[keyPath: path] }
        set { settings[keyPath: path] = newValue }
    }

    /// Refuses sizes that cannot work; the limiter checks ratio and tolerance together.
    func validate(training: SampleShape) throws(ReplayError) {
        do throws(UserError) {
            try checkFields(of: "replay")
            try settings.check(length: training.length, trajectorySteps: trajectorySteps)
        } catch {
            throw ReplayError(.configuration, error.message)
        }
    }
}
