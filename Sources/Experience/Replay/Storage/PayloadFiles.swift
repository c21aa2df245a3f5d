import Files
import Foundation
import NIOCore
import Synchronization

/// Large payloads, in files beside the database that are only ever appended to: SQLite would write each twice.
///
/// A commit first has its payloads on disk here, then their places in the database. What lies behind the last place that
/// the database knows was never committed, and is written over. Each payload starts at a whole block, so that it can go
/// past the system's cache: to copy it there costs more than all else that is done with it.
final class PayloadFiles: Sendable {
    /// Where a payload is.
    struct Place: Sendable, Equatable {
        /// Number of the file.
        var file: Int64
        /// Bytes before it.
        var offset: Int
    }

    /// Payloads of at least so many bytes are kept here, smaller ones in the database, with which they cost one flush
    /// less.
    static let smallestPayload = 64 << 10

    private let directory: String
    /// A file that has reached this size gets no more.
    private let fileBytes: Int
    private let buffer = AlignedBuffer(count: 1 << 20)
    private let state = Mutex(State())

    private struct State {
        /// The file that payloads are added to, once there is one.
        var newest: PayloadFile?
        /// Others that were read lately, the last of them at the end.
        var others: [PayloadFile] = []
        /// Payloads in each that are in the replay.
        var counts: [Int64: Int] = [:]
        /// Where the next payload goes.
        var end = Place(file: 1, offset: 0)
    }

    /// Files that stay open for reading, besides the newest: a replay of terabytes has thousands.
    static let openFiles = 32

    /// What the database knows of one file.
    struct Use: Sendable {
        var file: Int64
        var payloads: Int
        /// The end of the last.
        var end: Int
    }

    /// Looks at the files that are in use, and removes others: their payloads were never committed, or have left the replay.
    /// - Throws: `.incomplete` where one is missing or too short, `.storage`.
    init(directory: String, uses: [Use], fileBytes: Int) throws(ReplayError) {
        self.directory = directory
        self.fileBytes = fileBytes
        var state = State()
        for use in uses {
            try PayloadFile(reading: use.file, in: directory).require(use.end)
            state.counts[use.file] = use.payloads
        }
        if let last = uses.max(by: { $0.file < $1.file }) {
            state.end = Place(file: last.file, offset: AlignedBuffer.roundUp(last.end))
            let newest = try PayloadFile(writing: last.file, in: directory)
            try newest.truncate(to: state.end.offset)
            state.newest = newest
        }
        for number in Self.numbers(in: directory) where state.counts[number] == nil {
            unlink(directory + "/" + PayloadFile.name(number))
        }
        self.state.withLock { $0 = state }
    }

    /// Writes the payloads that are not nil and returns where each is, once all are on disk. They count only with
    /// `commit`; what is written without it, the next call writes over. For one thread at a time.
    /// - Throws: `.storage`.
    func write(_ payloads: [ByteBuffer?]) throws(ReplayError) -> [Place?] {
        var end = state.withLock { $0.end }
        var writer: PayloadWriter?
        var places: [Place?] = []
        for payload in payloads {
            guard let payload else {
                places.append(nil)
                continue
            }
            if end.offset >= fileBytes { end = Place(file: end.file + 1, offset: 0) }
            if writer?.file.number != end.file {
                try writer?.finish()
                writer = PayloadWriter(file: try file(end.file), offset: end.offset, buffer: buffer)
            }
            try writer?.append(payload)
            places.append(end)
            end.offset += AlignedBuffer.roundUp(payload.readableBytes)
        }
        try writer?.finish()
        return places
    }

    /// The database knows these places now.
    func commit(_ stored: [(place: Place, bytes: Int)]) {
        state.withLock { state in
            for (place, bytes) in stored {
                state.counts[place.file, default: 0] += 1
                state.end = Place(file: place.file, offset: AlignedBuffer.roundUp(place.offset + bytes))
            }
        }
    }

    /// Payloads have left the replay; files without any are removed.
    /// - Parameter evicted: of each, the number of its file.
    func remove(_ evicted: [Int64]) {
        let unused = state.withLock { state in
            for file in evicted { state.counts[file, default: 0] -= 1 }
            let unused = state.counts.filter { $0.value == 0 && $0.key != state.end.file }.map(\.key)
            for number in unused { state.counts[number] = nil }
            state.others.removeAll { unused.contains($0.number) }
            return unused
        }
        for number in unused { unlink(directory + "/" + PayloadFile.name(number)) }
    }

    /// The bytes at a place; nil where they have left the replay.
    /// - Throws: `.storage`, `.incomplete`.
    func read(_ count: Int, at place: Place) throws(ReplayError) -> ByteBuffer? {
        do throws(ReplayError) {
            return try fileToRead(place.file)?.read(count, at: place.offset)
        } catch  where error.code == .incomplete {
            // It may have been removed since it was looked for.
            guard isUsed(place.file) else { return nil }
            throw error
        }
    }

    /// The file of that number, open; nil where it is none of the replay.
    private func fileToRead(_ number: Int64) throws(ReplayError) -> PayloadFile? {
        let open: PayloadFile? = state.withLock { state in
            if state.newest?.number == number { return state.newest }
            guard let index = state.others.firstIndex(where: { $0.number == number }) else { return nil }
            state.others.append(state.others.remove(at: index))
            return state.others.last
        }
        if let open { return open }
        guard isUsed(number) else { return nil }
        let file = try PayloadFile(reading: number, in: directory)
        state.withLock { state in
            state.others.append(file)
            if state.others.count > Self.openFiles { state.others.removeFirst() }
        }
        return file
    }

    private func isUsed(_ number: Int64) -> Bool {
        state.withLock { $0.counts[number] != nil }
    }

    /// The file that payloads are added to, which is made if it does not exist.
    private func file(_ number: Int64) throws(ReplayError) -> PayloadFile {
        if let newest = state.withLock({ $0.newest }), newest.number == number { return newest }
        let file = try PayloadFile(writing: number, in: directory)
        // Without this a power loss could take the new file's name along.
        try storing { () throws(FileError) in try DurableFile.flushDirectory(directory) }
        state.withLock { $0.newest = file }
        return file
    }

    private static func numbers(in directory: String) -> [Int64] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.compactMap(PayloadFile.number)
    }
}
