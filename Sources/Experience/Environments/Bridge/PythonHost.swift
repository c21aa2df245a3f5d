import Files

/// How Python plays environments: which interpreter, how long is waited for it, and where what they print goes.
package struct PythonHost {
    /// Path; nil looks for one, see `PythonInterpreter`.
    package var interpreter: String?
    /// Seconds that an environment may take to be made, and to begin an episode.
    package var startSeconds = 300
    /// Seconds that a step may take.
    package var stepSeconds = 120
    /// Gets all that they print; nil keeps only the last words of a process.
    package var output: BoundedFile?

    package init(interpreter: String? = nil) {
        self.interpreter = interpreter
    }
}
