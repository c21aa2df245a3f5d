import Diagnostics

/// The sizes of an agent's networks under one name.
public struct ModelSize: Sendable, Equatable {
    public let name: String
    /// Length of the recurrent state h.
    public let deterministic: Int
    /// Units of hidden layers.
    public let hidden: Int
    /// Channels of the encoder's first stage.
    public let convolutionDepth: Int
    /// Hidden layers of each head.
    public let layers: Int
    /// Groups and classes of the stochastic state z.
    public let stochastic: Int, classes: Int
    /// Groups and classes of the dynamic modulation d.
    public let modulationStochastic: Int, modulationClasses: Int

    /// What the size sets, as `--set` would; no network has a size of its own any more.
    public var settings: [String] {
        [
            "agent.deter=\(deterministic)", "agent.hidden=\(hidden)", "agent.cnn_depth=\(convolutionDepth)",
            "agent.mlp_layers=\(layers)", "agent.stoch=\(stochastic)", "agent.classes=\(classes)",
            "agent.mod_stoch=\(modulationStochastic)", "agent.mod_classes=\(modulationClasses)",
            "agent.dynamic_cnn_depth=0", "agent.critic_layers=0",
        ]
    }
}

/// All named sizes: our two small ones, then those of the 2023 DreamerV3.
public enum Sizes {
    public static let all = [
        //     deter hidden depth layers    z        d
        size("nano", 64, 64, 4, 2, z: (8, 8), d: (8, 8)),
        size("micro", 128, 128, 8, 2, z: (16, 16), d: (16, 16)),
        size("XS", 256, 256, 24, 1, z: (32, 32), d: (32, 32)),
        size("S", 512, 512, 32, 2, z: (32, 32), d: (32, 32)),
        size("M", 1024, 640, 48, 3, z: (32, 32), d: (32, 32)),
        size("L", 2048, 768, 64, 4, z: (32, 32), d: (32, 32)),
        size("XL", 4096, 1024, 96, 5, z: (32, 32), d: (32, 32)),
    ]

    /// - Throws: one line that lists the known sizes.
    public static func named(_ name: String) throws(UserError) -> ModelSize {
        guard let size = all.first(where: { $0.name == name }) else {
            throw UserError(Suggestion.unknown("size", name, known: all.map(\.name)))
        }
        return size
    }

    private static func size(
        _ name: String, _ deterministic: Int, _ hidden: Int, _ depth: Int, _ layers: Int, z: (Int, Int), d: (Int, Int)
    ) -> ModelSize {
        ModelSize(
            name: name, deterministic: deterministic, hidden: hidden, convolutionDepth: depth, layers: layers,
            stochastic: z.0, classes: z.1, modulationStochastic: d.0, modulationClasses: d.1)
    }
}
