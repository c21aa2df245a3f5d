import CCollective
import Diagnostics
import Glibc

/// The library that `scripts/build-mpi` makes of the MPI of this place.
package final class MessagePassing: Exchange {
    package let rank: Int
    package let count: Int
    private let functions: dreamer_collective

    /// Seconds that a process waits for another before it gives the group up: more than any step or start takes.
    package static let patience = 600.0

    /// Joins the group that this process was started in. Once in a process.
    /// - Throws: one line where there is no such library, or it cannot begin.
    package init(library path: String, patience: Double = patience) throws(UserError) {
        functions = try Self.load(path)
        var (rank, count) = (Int32(0), Int32(0))
        let status = functions.begin(patience, &rank, &count)
        guard status == 0 else { throw UserError("MPI cannot start here: its error \(status) (\(path))", exitCode: 1) }
        (self.rank, self.count) = (Int(rank), Int(count))
    }

    private static func load(_ path: String) throws(UserError) -> dreamer_collective {
        guard access(path, R_OK) == 0 else {
            throw UserError(
                "this process was started in a group, and there is no \(path) with which to train in one: make it with "
                    + "scripts/build-mpi, or start it without mpirun")
        }
        // What MPI loads in turn looks for its symbols.
        guard let library = dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
            throw UserError("\(path) cannot be loaded: \(String(cString: dlerror()))")
        }
        guard let symbol = dlsym(library, "dreamer_collective_functions") else {
            throw UserError("\(path) is not what scripts/build-mpi makes; make it again")
        }
        // Safe: the function of this name is declared in the header that both sides are compiled with.
        let find = unsafeBitCast(symbol, to: dreamer_collective_find.self)
        guard let functions = find(Int32(DREAMER_COLLECTIVE_VERSION)) else {
            throw UserError("\(path) is of another release than this program: make it again with scripts/build-mpi")
        }
        return functions.pointee
    }

    package func gather(_ mine: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer) {
        precondition(all.count == mine.count * count, "\(all.count) bytes for \(count) × \(mine.count)")
        functions.gather(mine.baseAddress, mine.count, all.baseAddress)
    }

    package func trade(
        _ values: UnsafeBufferPointer<Float>, _ parts: Parts, into received: UnsafeMutableBufferPointer<Float>
    ) {
        functions.trade(values.baseAddress, received.baseAddress, parts.counts, parts.offsets)
    }

    package func spread(_ values: UnsafeMutableBufferPointer<Float>, _ parts: Parts) {
        functions.spread(values.baseAddress, parts.counts, parts.offsets)
    }

    package func abort(status: Int32) -> Never {
        functions.abort(status)
        exit(status)
    }

    /// Leaves the group in good order; nobody may call anything afterwards.
    package func end() { functions.end() }
}
