import Fields

/// What may be asked of an environment. What is nil is left to it; an environment that does not have an option refuses it.
public struct EnvironmentOptions: FieldGroup {
    /// Frames for which each action is played; their rewards are summed.
    public var actionRepeat: Int?
    /// Frames after which an episode ends without being terminal.
    public var timeLimit: Int?
    /// Largest number of frames without action at the start of an episode; how many is drawn from 0 to this.
    public var noOps: Int?
    /// Probability that a frame repeats the previous action instead of the chosen one.
    public var sticky: Double?
    /// What is seen of it.
    public var observe: Observed?
    /// What a task of Python's is made with: a JSON object of keyword arguments.
    public var arguments: String?
    /// Names of Gymnasium's wrappers around it, the innermost first, with commas.
    public var wrappers: String?
    /// What becomes of images that are not square.
    public var fit: ImageFit?
    /// Folder of images or videos that are shown behind it in training; empty for none.
    public var backgrounds: String?
    /// The same in evaluations.
    public var evaluationBackgrounds: String?

    /// Colours of the patches behind a built-in task are below this.
    public var backgroundStrength: Int?
    /// Patches of that background in each direction.
    public var backgroundPatches: Int?
    /// Pixels by which it moves in a frame at most; 0 for one that stands still.
    public var backgroundDrift: Int?
    /// Side of the ball in pixels; 0 for one that fills its block.
    public var ball: Int?
    /// Dots that look like the ball and stand still.
    public var decoys: Int?
    /// Levels by which a quarter of the pixels is brighter or darker, at most.
    public var noise: Int?

    public static let fields: [Field<EnvironmentOptions>] = [
        Field("action_repeat", optional: \.actionRepeat, .within(1...1000)),
        Field("time_limit", optional: \.timeLimit, .positive),
        Field("no_ops", optional: \.noOps, .within(0...10_000)),
        Field("sticky", optional: \.sticky, .share),
        Field("observe", optional: \.observe),
        Field("arguments", optional: \.arguments),
        Field("wrappers", optional: \.wrappers),
        Field("fit", optional: \.fit),
        Field("backgrounds", optional: \.backgrounds),
        Field("evaluation_backgrounds", optional: \.evaluationBackgrounds),
        Field("background_strength", optional: \.backgroundStrength, .within(1...256)),
        Field("background_patches", optional: \.backgroundPatches, .within(1...64)),
        Field("background_drift", optional: \.backgroundDrift, .within(0...16)),
        Field("ball", optional: \.ball, .within(0...64)),
        Field("decoys", optional: \.decoys, .within(0...45)),
        Field("noise", optional: \.noise, .within(0...255)),
    ]

    public init() {}

    public init(
        actionRepeat: Int? = nil, timeLimit: Int? = nil, noOps: Int? = nil, sticky: Double? = nil,
        observe: Observed? = nil, arguments: String? = nil, wrappers: String? = nil, fit: ImageFit? = nil,
        backgrounds: String? = nil, evaluationBackgrounds: String? = nil, backgroundStrength: Int? = nil,
        backgroundPatches: Int? = nil, backgroundDrift: Int? = nil, ball: Int? = nil, decoys: Int? = nil,
        noise: Int? = nil
    ) {
        self.actionRepeat = actionRepeat
        self.timeLimit = timeLimit
        self.noOps = noOps
        self.sticky = sticky
        self.observe = observe
        self.arguments = arguments
        self.wrappers = wrappers
        self.fit = fit
        self.backgrounds = backgrounds
        self.evaluationBackgrounds = evaluationBackgrounds
        self.backgroundStrength = backgroundStrength
        self.backgroundPatches = backgroundPatches
        self.backgroundDrift = backgroundDrift
        self.ball = ball
        self.decoys = decoys
        self.noise = noise
    }
}
