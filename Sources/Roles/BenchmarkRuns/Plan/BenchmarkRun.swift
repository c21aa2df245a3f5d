import Runs
import Settings

/// One run of a grid.
package struct BenchmarkRun: Sendable {
    /// Name of its directory, and of what belongs to it.
    package let name: String
    /// Its name without its seed.
    let kind: String
    /// Its directory.
    package let path: String
    /// What `train` is started with.
    package let arguments: [String]
    /// What that means.
    package let configuration: Configuration
    /// What its task turned out to be.
    package let task: TriedTask
}
