import Experience

/// All that an environment is made from but its seed.
struct EnvironmentRecipe {
    /// Name of the family.
    let family: String
    let task: EnvironmentFamily.Task
    /// Shape of the images, should it show any.
    let image: ImageShape
    /// Resolved: what is nil does not exist.
    let options: EnvironmentOptions
    let purpose: EnvironmentPurpose
    /// Names of what its task counts as achievements.
    let achievements: [String]

    /// What is kept back for evaluation is shown then, and nothing else.
    private var shownOptions: EnvironmentOptions {
        var shown = options
        shown.backgrounds = options.shownBackgrounds(for: purpose)
        shown.evaluationBackgrounds = nil
        return shown
    }

    /// - Parameter fresh: whether Python is to play it in a new process.
    func make(_ seed: UInt64, _ slot: BridgeSlot, fresh: Bool) throws(EnvironmentError) -> any Environment {
        switch task {
        case .builtIn(let task):
            task.make(EnvironmentRequest(image: image, options: options, purpose: purpose, seed: seed))
        case .python(let id):
            try slot.running(fresh: fresh).make(
                BridgeTask(family: family, name: id, seed: seed, image: image.height, options: shownOptions),
                image: image, achievements: achievements)
        }
    }
}
