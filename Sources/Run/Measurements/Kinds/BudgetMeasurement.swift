/// What there is to be predicted of a task's observations, measured on the first batch of a run: the error of a model that
/// always predicts their mean.
public struct BudgetMeasurement: Codable, Sendable, Equatable {
    /// Squared error of the mean image, summed over pixels; nil where there are no images, as the next two are.
    public var image: Double?
    /// Share of that error in pixels that move.
    public var movingShare: Double?
    /// Share of pixels that move.
    public var maskShare: Double?
    /// Squared error of the mean vector, in symlog, summed over its values; nil where there are no vectors.
    public var vector: Double?

    public init(image: Double?, movingShare: Double?, maskShare: Double?, vector: Double?) {
        self.image = image
        self.movingShare = movingShare
        self.maskShare = maskShare
        self.vector = vector
    }

    enum CodingKeys: String, CodingKey {
        case image, vector
        case movingShare = "moving_share"
        case maskShare = "mask_share"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        image = try container.decodeIfPresent(Double.self, forKey: .image)
        movingShare = try container.decodeIfPresent(Double.self, forKey: .movingShare)
        maskShare = try container.decodeIfPresent(Double.self, forKey: .maskShare)
        vector = try container.decodeIfPresent(Double.self, forKey: .vector)
    }

    /// What is not there is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(image, forKey: .image)
        try container.encode(movingShare, forKey: .movingShare)
        try container.encode(maskShare, forKey: .maskShare)
        try container.encode(vector, forKey: .vector)
    }
}
