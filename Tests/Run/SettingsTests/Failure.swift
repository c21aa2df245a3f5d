import Diagnostics
import Testing

/// The message of the user error that `body` must throw.
func message(_ sourceLocation: SourceLocation = #_sourceLocation, of body: () throws -> Void) -> String {
    let error = #expect(throws: UserError.self, sourceLocation: sourceLocation) { try body() }
    #expect(error?.message.contains("\n") != true, sourceLocation: sourceLocation)
    return error?.message ?? "no error"
}
