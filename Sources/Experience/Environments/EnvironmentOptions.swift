import Experience

/// How an environment is built. What is nil is the environment's own default, see `resolved(for:)`.
public struct EnvironmentOptions: Codable, Sendable, Equatable {
    /// Height and width of the image in pixels.
    public var image = 64
    /// Frames for which an action is played.
    public var actionRepeat: Int?
    /// Frames after which an episode ends without being terminal.
    public var timeLimit: Int?
    /// Largest number of frames without action at the start of an episode; how many is drawn from 0 to this.
    public var noOps: Int?
    /// Probability that a frame repeats the previous action instead of the chosen one.
    public var sticky: Double?
    /// Path of the Python interpreter for environments that need one; nil searches, see `PythonInterpreter`.
    public var python: String?

    public init(
        image: Int = 64, actionRepeat: Int? = nil, timeLimit: Int? = nil, noOps: Int? = nil, sticky: Double? = nil,
        python: String? = nil
    ) {
        self.image = image
        self.actionRepeat = actionRepeat
        self.timeLimit = timeLimit
        self.noOps = noOps
        self.sticky = sticky
        self.python = python
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        image = try values.decodeIfPresent(Int.self, forKey: .image) ?? 64
        actionRepeat = try values.decodeIfPresent(Int.self, forKey: .actionRepeat)
        timeLimit = try values.decodeIfPresent(Int.self, forKey: .timeLimit)
        noOps = try values.decodeIfPresent(Int.self, forKey: .noOps)
        sticky = try values.decodeIfPresent(Double.self, forKey: .sticky)
        python = try values.decodeIfPresent(String.self, forKey: .python)
    }

    public enum CodingKeys: String, CodingKey, CaseIterable {
        case image, sticky, python
        case actionRepeat = "action_repeat"
        case timeLimit = "time_limit"
        case noOps = "no_ops"
    }
}

extension EnvironmentOptions {
    /// The shape of the images: RGB, `image` pixels high and wide.
    var shape: ImageShape { ImageShape(height: image, width: image) }

    /// These options with `defaults` in place of what is nil. `noOps` and `sticky` exist only where `defaults` has
    /// them: asking for them elsewhere is an error rather than ignored.
    func resolved(_ name: String, defaults: EnvironmentOptions) throws(EnvironmentError) -> EnvironmentOptions {
        var options = self
        options.actionRepeat = actionRepeat ?? defaults.actionRepeat
        options.timeLimit = timeLimit ?? defaults.timeLimit
        options.noOps = noOps ?? defaults.noOps
        options.sticky = sticky ?? defaults.sticky
        try Self.check((16...1024).contains(image), "image \(image) is not between 16 and 1024 pixels")
        try Self.check((1...1000).contains(options.actionRepeat ?? 1), "action_repeat is not between 1 and 1000")
        try Self.check(options.timeLimit ?? 1 > 0, "time_limit is not positive")
        try Self.check((0...10_000).contains(options.noOps ?? 0), "no_ops is not between 0 and 10000")
        try Self.check((0...1).contains(options.sticky ?? 0), "sticky is not a probability")
        try Self.check(defaults.noOps != nil || noOps ?? 0 == 0, "\(name) has no option no_ops")
        try Self.check(defaults.sticky != nil || sticky ?? 0 == 0, "\(name) has no option sticky")
        return options
    }

    private static func check(_ condition: Bool, _ reason: String) throws(EnvironmentError) {
        if !condition { throw .invalidOption(reason) }
    }
}
