/// A file of telemetry that cannot be used.
public struct TelemetryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One line that names the file and the reason.
    public let message: String

    public var description: String { message }
}
