import Collective
import Diagnostics
import Foundation
import LearnerService
import Runs
import Settings
import Tensors

/// The group of learners that mpirun, or whoever else, has started this process in.
struct JoinedGroup {
    let group: TrainingGroup
    private let exchange: MessagePassing

    /// The file that `scripts/build-mpi` makes, beside the program unless this variable names another.
    private static let variable = "DREAMER_MPI_LIBRARY"

    /// Joins it; nil where this process was started alone.
    static func join() throws(UserError) -> JoinedGroup? {
        let environment = ProcessInfo.processInfo.environment
        guard LaunchedGroup.size(environment) > 1 else { return nil }
        let exchange = try MessagePassing(library: environment[variable] ?? besideTheProgram)
        return JoinedGroup(group: TrainingGroup(ProcessGroup(exchange)), exchange: exchange)
    }

    private static var besideTheProgram: String {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: program).deletingLastPathComponent().appendingPathComponent("libdreamer-mpi.so")
            .path
    }

    /// Refuses what would come to other bits at different ranks.
    func requireSameArithmetic(_ configuration: Configuration) throws(UserError) {
        let mine =
            "release \(Release.version) \(Release.commit ?? "")".trimmingCharacters(in: .whitespaces)
            + ", \(MatrixLibrary.description(configuration.learner.precision)), "
            + "\(configuration.learner.computeThreads) threads"
        let all = group.processes.all(Array(mine.utf8)).map { String(decoding: $0, as: UTF8.self) }
        guard let other = all.indices.first(where: { all[$0] != all[0] }) else { return }
        throw UserError(
            "rank 0 has \(all[0]), rank \(other) has \(all[other]): all must be the same (learner.threads sets the threads)"
        )
    }

    /// Ends this process's part in good order, when all others do.
    func leave() { exchange.end() }
}
