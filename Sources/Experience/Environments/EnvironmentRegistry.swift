import Experience
import Numbers

/// All environments by name.
public enum EnvironmentRegistry {
    /// Every name that can be built; `gym/<id>` stands for whatever is registered with Gymnasium.
    public static var known: [String] { EnvironmentFamily.all.flatMap(\.names) }

    /// Whether `name` can be built, found out without building it. Of `gym/` names only the form is checked.
    public static func contains(_ name: String) -> Bool {
        (try? find(name)) != nil
    }

    /// The name of the preset that a run begins with where nobody names one: what it shows decides, and a few cores are enough.
    public static func preset(for name: String, showsImages: Bool) -> String {
        showsImages ? EnvironmentFamily.of(name)?.preset ?? "small-image" : "small-vector"
    }

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

    /// Names of what the environment counts as achievements, in the order of `Achievements`; none for most.
    public static func achievements(of name: String) -> [String] { EnvironmentFamily.of(name)?.achievements ?? [] }

    /// `options` with the defaults of the environment `name` in place of what is nil. What is still nil then does not
    /// exist there. Throws if the name or a value is not possible.
    public static func resolve(
        _ options: EnvironmentOptions, for name: String
    ) throws(EnvironmentError) -> EnvironmentOptions {
        let (family, task) = try find(name)
        return try options.resolved(name, defaults: family.options(of: task))
    }

    /// Builds the environment `name`; all its randomness follows from `seed`. The other parameters are those of
    /// `make(_:image:options:purpose:python:seeds:)`.
    package static func make(
        _ name: String, image: Int = 64, options: EnvironmentOptions = EnvironmentOptions(),
        purpose: EnvironmentPurpose = .training, python: PythonHost = PythonHost(), seed: UInt64
    ) throws(EnvironmentError) -> any Environment {
        try make(name, image: image, options: options, purpose: purpose, python: python, seeds: [seed])[0]
    }

    /// Builds one environment for each seed. Those that need a Python process share one, so they belong together: an
    /// error of the process is an error of all.
    ///
    /// - Parameters:
    ///   - image: height and width of the images in pixels, from 16 to 1024; 0 for an environment that shows none.
    ///   - python: for environments that need it.
    package static func make(
        _ name: String, image: Int = 64, options: EnvironmentOptions = EnvironmentOptions(),
        purpose: EnvironmentPurpose = .training, python: PythonHost = PythonHost(), seeds: [UInt64]
    ) throws(EnvironmentError) -> [any Environment] {
        let recipe = try recipe(name, image: image, options: options, purpose: purpose)
        let slot = BridgeSlot(python)
        var environments: [any Environment] = []
        for seed in seeds { environments.append(try recipe.make(seed, slot, fresh: false)) }
        return environments
    }

    /// The same, but those that Python plays are made again where they fail.
    ///
    /// - Parameters:
    ///   - together: whether one process plays all; otherwise each has its own, and what ends one leaves the others alone.
    ///   - isWanted: whether they are to be played on; where not, a failure is an error.
    ///   - broke: told of each failure, with the environment's number.
    package static func makeSturdy(
        _ name: String, image: Int, options: EnvironmentOptions, purpose: EnvironmentPurpose, python: PythonHost,
        seeds: [UInt64], together: Bool, maximumFailures: Int, isWanted: @escaping () -> Bool,
        broke: @escaping (Int, EnvironmentFailure) -> Void
    ) throws(EnvironmentError) -> [any Environment] {
        guard needsPython(name) else {
            return try make(name, image: image, options: options, purpose: purpose, seeds: seeds)
        }
        let recipe = try recipe(name, image: image, options: options, purpose: purpose)
        let shared = BridgeSlot(python)
        var environments: [any Environment] = []
        for (index, seed) in seeds.enumerated() {
            let slot = together ? shared : BridgeSlot(python)
            environments.append(
                try SturdyEnvironment(
                    maximumFailures: maximumFailures, isWanted: isWanted, broke: { broke(index, $0) }
                ) { broken, attempt throws(EnvironmentError) in
                    (broken as? BridgedEnvironment)?.close(another: true)
                    let made = attempt.number == 0 ? seed : SplitMix64.seed(seed, part: attempt.number)
                    return try recipe.make(attempt.seed ?? made, slot, fresh: attempt.isFresh)
                })
        }
        return environments
    }

    private static func recipe(
        _ name: String, image: Int, options: EnvironmentOptions, purpose: EnvironmentPurpose
    ) throws(EnvironmentError) -> EnvironmentRecipe {
        let (family, task) = try find(name)
        guard image == 0 || (16...1024).contains(image) else {
            throw .invalidOption("image \(image) is not between 16 and 1024 pixels")
        }
        return EnvironmentRecipe(
            family: family.name, task: task, image: image == 0 ? .none : ImageShape(height: image, width: image),
            options: try options.resolved(name, defaults: family.options(of: task)), purpose: purpose,
            achievements: family.achievements)
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
