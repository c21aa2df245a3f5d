/// A file of metrics that cannot be used.
public struct MetricsFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One line that names the file and the reason.
    public let message: String

    public var description: String { message }
}
