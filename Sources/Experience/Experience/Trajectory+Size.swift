extension Trajectory {
    /// Bytes of a step besides its image, before compression: the action in Float32, and one reward (4), policy version
    /// (8) and flags (1).
    public static func columnBytes(actionCount: Int) -> Int { 4 * actionCount + 4 + 8 + 1 }

    /// Bytes of a step before compression.
    public static func stepBytes(image: ImageShape, actionCount: Int) -> Int {
        image.count + columnBytes(actionCount: actionCount)
    }
}
