import Reports

/// A grid of runs, as a person writes it down: tasks × agents × variants × seeds.
package struct BenchmarkPlan: Sendable, Equatable {
    /// Settings under a name.
    struct Variant: Sendable, Equatable {
        /// Part of the runs' names; empty for the only one.
        var name: String
        /// Each "key.path=value".
        var settings: [String]
    }

    /// The file that says it, for messages.
    let file: String
    /// Folder of all runs.
    var output: String
    var preset: String?
    var size: String?
    var tasks: [String]
    var agents: [String]
    var seeds: [UInt64]
    /// Of all runs, each "key.path=value".
    var settings: [String]
    var variants: [Variant]
    /// Runs at a time.
    var parallel: Int
    /// What hands a run to a queue; nil: it is run here.
    var command: CommandTemplate?
    /// What the report is to decide; nil for nothing.
    package var question: LearningQuestion?

    /// Where the report of all runs goes.
    package var reportFolder: String { "\(output)/report" }
}
