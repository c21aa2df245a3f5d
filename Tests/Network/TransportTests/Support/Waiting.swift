import Foundation
import NIOCore
import TestSupport
import Threads

@testable import Transport

extension Monitor {
    /// Waits, on a thread of its own, until `condition` holds; false after five minutes, for machines that test are busy.
    func waits(_ condition: @escaping @Sendable (State) -> Bool) async -> Bool {
        await onThread {
            self.wait(until: .now + .seconds(300)) { condition($0) ? true : nil } ?? false
        }
    }
}
