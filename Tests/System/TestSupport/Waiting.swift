/// Something did not happen in time.
public struct Missed: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}

/// Looks again and again until `look` finds something.
/// - Throws: `Missed` after `limit`, which is generous: machines that test are busy.
public func eventually<Found>(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(120), _ look: () throws -> Found?
) async throws -> Found {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if let found = try look() { return found }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw Missed(description: "waited \(limit) for \(what())")
}

/// As above, for a condition.
public func eventually(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(120), _ condition: () throws -> Bool
) async throws {
    let _: Void = try await eventually(what(), within: limit) { try condition() ? () : nil }
}
