import Experience

/// What the bridge needs to know to make an environment: sent as JSON. The options are resolved.
struct BridgeTask: Encodable {
    /// Kinds of environments that the bridge can make.
    enum Family: String, Encodable { case atari, crafter, dmc, gym }

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

extension BridgeTask.Family {
    /// The protocols of the benchmarks. That of Atari 100k: four frames per action, the minimal action set, no sticky actions.
    var defaults: EnvironmentOptions {
        switch self {
        case .atari: EnvironmentOptions(actionRepeat: 4, timeLimit: 108_000, noOps: 30, sticky: 0)
        case .crafter: EnvironmentOptions(actionRepeat: 1, timeLimit: 10_000)
        case .dmc: EnvironmentOptions(actionRepeat: 2, timeLimit: 1000)
        case .gym: EnvironmentOptions(actionRepeat: 1)
        }
    }
}
