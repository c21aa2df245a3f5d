import Environments

/// What a process that plays environments adds to the configuration: its own, and never taken from the network.
package struct EnvironmentHost {
    /// Interpreter of bridged environments; nil looks for one.
    package var python: String?
    /// File for what such environments print; nil keeps only their last words.
    package var output: String?
    /// Whether environments that fail are to be made again.
    package var isWanted: () -> Bool = { true }
    /// Told of each failure, with the environment's number.
    package var broke: (Int, EnvironmentFailure) -> Void = { _, _ in }

    package init(python: String? = nil, output: String? = nil) {
        self.python = python
        self.output = output
    }
}
