import Experience
import Fields

/// What the bridge needs to know to make an environment: sent as JSON. The options are resolved.
struct BridgeTask: Encodable {
    /// Name of the family, which the bridge has a class for.
    let family: String
    /// Id within the family.
    let name: String
    let seed: UInt64
    /// Height and width of the images in pixels.
    let image: Int
    let options: EnvironmentOptions

    private enum CodingKeys: String, CodingKey { case family, name, seed, image }

    func encode(to encoder: any Encoder) throws {
        // One flat object.
        try options.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(family, forKey: .family)
        try values.encode(name, forKey: .name)
        try values.encode(seed, forKey: .seed)
        try values.encode(image, forKey: .image)
    }
}
