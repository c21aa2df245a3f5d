import Experience

/// All environments by name.
public enum EnvironmentRegistry {
    /// Every name that can be built; `gym/<id>` stands for whatever is registered with Gymnasium.
    public static var known: [String] { EnvironmentFamily.all.flatMap(\.names) }

    /// Whether `name` can be built, found out without building it. Of `gym/` names only the form is checked.
    public static func contains(_ name: String) -> Bool {
        (try? find(name)) != nil
    }

    /// The name of the preset that the environment's benchmark is run with; nil for none.
    public static func preset(for name: String) -> String? { EnvironmentFamily.of(name)?.preset }

    /// Whether the environment is played by Python, whose packages `scripts/setup --envs` installs.
    public static func needsPython(_ name: String) -> Bool { EnvironmentFamily.of(name)?.needsPython ?? false }

    /// The Python module or file that building the environment would import, as in `gym/module:id` and
    /// `python/file.py:class`; nil for none.
    public static func importedModule(of name: String) -> String? {
        guard case .openPython = EnvironmentFamily.of(name)?.tasks, let colon = name.lastIndex(of: ":") else {
            return nil
        }
        return String(name[..<colon].drop { $0 != "/" }.dropFirst())
    }

    /// `options` with the defaults of the environment `name` in place of what is nil. What is still nil then does not
    /// exist there. Throws if the name or a value is not possible.
    public static func resolve(
        _ options: EnvironmentOptions, for name: String
    ) throws(EnvironmentError) -> EnvironmentOptions {
        try options.resolved(name, defaults: find(name).family.options)
    }

    /// Builds the environment `name`; all its randomness follows from `seed`. The other parameters are those of
    /// `make(_:image:options:purpose:python:seeds:)`.
    public static func make(
        _ name: String, image: Int = 64, options: EnvironmentOptions = EnvironmentOptions(),
        purpose: EnvironmentPurpose = .training, python: String? = nil, seed: UInt64
    ) throws(EnvironmentError) -> any Environment {
        try make(name, image: image, options: options, purpose: purpose, python: python, seeds: [seed])[0]
    }

    /// Builds one environment for each seed. Those that need a Python process share one, so they belong together: an
    /// error of the process is an error of all.
    ///
    /// - Parameters:
    ///   - image: height and width of the images in pixels, from 16 to 1024; 0 for an environment that shows none.
    ///   - python: path of the interpreter for environments that need one; nil searches, see `PythonInterpreter`.
    public static func make(
        _ name: String, image: Int = 64, options: EnvironmentOptions = EnvironmentOptions(),
        purpose: EnvironmentPurpose = .training, python: String? = nil, seeds: [UInt64]
    ) throws(EnvironmentError) -> [any Environment] {
        let (family, task) = try find(name)
        let options = try options.resolved(name, defaults: family.options)
        guard image == 0 || (16...1024).contains(image) else {
            throw .invalidOption("image \(image) is not between 16 and 1024 pixels")
        }
        let shape = image == 0 ? .none : ImageShape(height: image, width: image)
        switch task {
        case .builtIn(let task):
            return seeds.map {
                task.make(EnvironmentRequest(image: shape, options: options, purpose: purpose, seed: $0))
            }
        case .python(let id):
            let bridge = try PythonBridge(interpreter: PythonInterpreter.find(python))
            var environments: [any Environment] = []
            for seed in seeds {
                let task = BridgeTask(family: family.name, name: id, seed: seed, image: image, options: options)
                environments.append(try bridge.make(task, image: shape))
            }
            return environments
        }
    }

    /// - Throws: where there is no such environment, with those that may have been meant.
    private static func find(
        _ name: String
    ) throws(EnvironmentError) -> (family: EnvironmentFamily, task: EnvironmentFamily.Task) {
        let family = EnvironmentFamily.of(name)
        if let family, let task = family.task(name) { return (family, task) }
        if let family, case .python = family.tasks { throw .unknownEnvironment(name, known: family.names) }
        throw .unknownEnvironment(name, known: EnvironmentFamily.all.flatMap(\.forms))
    }
}
