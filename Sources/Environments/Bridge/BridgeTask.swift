import Experience

/// What the bridge needs to know to make an environment: sent as JSON. The options are resolved.
struct BridgeTask: Encodable {
    /// Kinds of environments that the bridge can make.
    enum Family: String, Encodable { case atari, gym }

    let family: Family
    let name: String
    let seed: UInt64
    let options: EnvironmentOptions

    private enum CodingKeys: String, CodingKey { case family, name, seed }

    func encode(to encoder: any Encoder) throws {
        // One flat object.
        try options.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(family, forKey: .family)
        try values.encode(name, forKey: .name)
        try values.encode(seed, forKey: .seed)
    }
}

/// The Atari 100k protocol: four frames per action, the minimal action set, no sticky actions.
extension BridgeTask.Family {
    var defaults: EnvironmentOptions {
        switch self {
        case .atari: EnvironmentOptions(actionRepeat: 4, timeLimit: 108_000, noOps: 30, sticky: 0)
        case .gym: EnvironmentOptions(actionRepeat: 1)
        }
    }
}
