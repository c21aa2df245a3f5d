import Collective
import Diagnostics
import Foundation
import Testing

@Suite struct LaunchedGroupTests {
    @Test(
        arguments: [
            (["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "1"], 4), (["PMI_SIZE": "2"], 2),
            (["SLURM_STEP_NUM_TASKS": "3"], 3), (["SLURM_JOB_ID": "7"], 1), (["PMI_SIZE": ""], 1), ([:], 1),
        ] as [([String: String], Int)])
    func whoStartsAGroupSaysHowLargeItIs(environment: [String: String], size: Int) {
        #expect(LaunchedGroup.size(environment) == size)
    }

    @Test func aLibraryThatIsMissingIsNamedWithWhatToDo() {
        let error = #expect(throws: UserError.self) { try MessagePassing(library: "/nowhere/libdreamer-mpi.so") }
        #expect(error?.message.contains("/nowhere/libdreamer-mpi.so") == true)
        #expect(error?.message.contains("scripts/build-mpi") == true)
    }

    @Test func anotherLibraryIsRefused() throws {
        let file = NSTemporaryDirectory() + "not-a-library-\(UUID().uuidString).so"
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let error = #expect(throws: UserError.self) { try MessagePassing(library: file) }
        #expect(error?.message.contains("cannot be loaded") == true)
    }
}
