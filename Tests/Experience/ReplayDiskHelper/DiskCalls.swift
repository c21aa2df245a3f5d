import CDiskCalls

/// The recorder and the faults of `CDiskCalls`, in this process.
enum DiskCalls {
    enum Kind: UInt32, Sendable, CaseIterable {
        case open, write, truncate, flush, flushData, rename, remove
    }

    struct Failed: Error {
        let code: Int32
    }

    /// Watches the files of `directory`, an absolute path without links, from now on; "": of none.
    /// - Parameter log: where the recording goes.
    static func watch(_ directory: String, log: String?) throws {
        let code = disk_calls_watch(directory, log)
        if code != 0 { throw Failed(code: code) }
    }

    static func note(_ text: String) {
        let bytes = Array(text.utf8)
        disk_calls_note(bytes, bytes.count)
    }

    /// From now on, the `number`-th call of this kind and `count` − 1 after it fail.
    static func fail(_ kind: Kind, number: Int, count: Int, error: Int32) {
        disk_calls_fail(disk_call(kind.rawValue), number, count, error)
    }

    /// No call fails any more.
    static func mend() {
        disk_calls_mend()
    }

    /// Calls that were made to fail by the last `fail`.
    static var failed: Int { disk_calls_failed() }
}
