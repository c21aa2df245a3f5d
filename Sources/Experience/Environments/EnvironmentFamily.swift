import Experience
import Fields

/// A row of the table of environments: those whose names begin alike, who plays them, and what may be asked of them.
struct EnvironmentFamily: Sendable {
    /// First word of its names: "atari".
    let name: String
    /// Name of the preset that its pictures are learnt with on a few cores; nil for that of any task with images.
    let preset: String?
    /// The options that it has besides action repeat and time limit, which all have, and the values of all of them where
    /// nobody says otherwise.
    let options: EnvironmentOptions
    let tasks: Tasks
    /// Names of what its tasks count as achievements, at most 64.
    var achievements: [String] = []

    enum Tasks: Sendable {
        case builtIn([BuiltInTask])
        /// Played by the class of `bridge.py` that has the family's name. The ids follow that name and a slash.
        ///
        /// - Parameter form: how one is written: "<game>".
        case python([String], form: String)
        /// The same, with one task, which is called as the family is.
        case singlePython
        /// The same; which ids there are only Python knows.
        case openPython(form: String)
    }

    /// One task of a family, found by its name.
    enum Task {
        case builtIn(BuiltInTask)
        case python(id: String)
    }
}

extension EnvironmentFamily {
    static let all = [catchGames, cartpole, minAtar, atari, crafter, control, gymnasium, local]

    private static let catchGames = EnvironmentFamily(
        name: "catch", preset: "catch-demo", options: EnvironmentOptions(actionRepeat: 1, ball: 0, decoys: 0, noise: 0),
        tasks: .builtIn([
            .game("catch") { Catch($0) },
            .game("catch/cue") { Catch($0, cue: true) },
            .scenery("catch/scenery", drift: 0) { Catch($0) },
            .scenery("catch/distracted", drift: 2) { Catch($0) },
        ]))

    private static let cartpole = EnvironmentFamily(
        name: "cartpole", preset: "cartpole",
        options: EnvironmentOptions(actionRepeat: 2, timeLimit: 1000, observe: .image, noise: 0),
        tasks: .builtIn([
            .game("cartpole/balance") { Cartpole(.balance, image: $0.image, seed: $0.seed) },
            .game("cartpole/swingup") { Cartpole(.swingup, image: $0.image, seed: $0.seed) },
            .scenery("cartpole/balance-distracted", drift: 2) { Cartpole(.balance, image: $0.image, seed: $0.seed) },
            .scenery("cartpole/swingup-distracted", drift: 2) { Cartpole(.swingup, image: $0.image, seed: $0.seed) },
        ]))

    /// The package's sticky actions, and a time limit that it lacks, so that an agent that never loses still sees new
    /// episodes.
    private static let minAtar = EnvironmentFamily(
        name: "minatar", preset: "minatar",
        options: EnvironmentOptions(actionRepeat: 1, timeLimit: 10_000, sticky: 0.1),
        tasks: .builtIn([
            .minAtar("minatar/asterix", Asterix.self),
            .minAtar("minatar/breakout", Breakout.self),
            .minAtar("minatar/freeway", Freeway.self),
            .minAtar("minatar/seaquest", Seaquest.self),
            .minAtar("minatar/space_invaders", SpaceInvaders.self),
        ]))

    /// The protocol of Atari 100k: four frames per action, the minimal action set, no sticky actions.
    private static let atari = EnvironmentFamily(
        name: "atari", preset: nil,
        options: EnvironmentOptions(actionRepeat: 4, timeLimit: 108_000, noOps: 30, sticky: 0),
        tasks: .python(AtariGames.all, form: "<game>"))

    private static let crafter = EnvironmentFamily(
        name: "crafter", preset: nil, options: EnvironmentOptions(actionRepeat: 1, timeLimit: 10_000),
        tasks: .singlePython, achievements: CrafterAchievements.all)

    private static let control = EnvironmentFamily(
        name: "dmc", preset: nil,
        options: EnvironmentOptions(
            actionRepeat: 2, timeLimit: 1000, observe: .image, backgrounds: "", evaluationBackgrounds: ""),
        tasks: .python(ControlTasks.all, form: "<domain>-<task>"))

    private static let gymnasium = EnvironmentFamily(
        name: "gym", preset: nil, options: ownTask, tasks: .openPython(form: "<id>"))

    private static let local = EnvironmentFamily(
        name: "python", preset: nil, options: ownTask, tasks: .openPython(form: "<file>.py:<class>"))

    private static let ownTask = EnvironmentOptions(
        actionRepeat: 1, observe: .both, arguments: "{}", wrappers: "", fit: .stretch)
}

extension EnvironmentFamily {
    /// The family that a name belongs to, whether or not it has such a task.
    static func of(_ name: String) -> EnvironmentFamily? {
        all.first { $0.name == name.prefix { $0 != "/" } }
    }

    /// Every name that it has; a form stands for those that only Python knows.
    var names: [String] {
        switch tasks {
        case .builtIn(let tasks): tasks.map(\.name)
        case .python(let ids, _): ids.map { "\(name)/\($0)" }
        case .singlePython, .openPython: forms
        }
    }

    /// Its names in few words: one form for all that Python plays.
    var forms: [String] {
        switch tasks {
        case .builtIn: names
        case .python(_, let form), .openPython(let form): ["\(name)/\(form)"]
        case .singlePython: [name]
        }
    }

    /// The defaults of one of its tasks: its own, and those of the task. What is nil there does not exist.
    func options(of task: Task) -> EnvironmentOptions {
        guard case .builtIn(let task) = task else { return options }
        return task.options.filled(from: options)
    }

    var needsPython: Bool {
        if case .builtIn = tasks { false } else { true }
    }

    /// The task that is called `name`; nil where there is none.
    func task(_ name: String) -> Task? {
        let id = String(name.dropFirst(self.name.count + 1))
        return switch tasks {
        case .builtIn(let tasks): tasks.first { $0.name == name }.map { .builtIn($0) }
        case .python(let ids, _): ids.contains(id) ? .python(id: id) : nil
        case .singlePython: name == self.name ? .python(id: name) : nil
        case .openPython: id.isEmpty ? nil : .python(id: id)
        }
    }
}
