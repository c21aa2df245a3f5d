import Foundation
import Testing

/// The MPI of this machine, for tests that start groups of processes.
public enum MessagePassingHere {
    public static let reason: Comment = "needs Open MPI's mpirun and mpicc: `scripts/setup --mpi` installs them"

    private static let tools: [String]? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let found = ["mpirun", "mpicc"].compactMap { tool in
            folders.map { "\($0)/\(tool)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        }
        return found.count == 2 ? found : nil
    }()

    public static var isThere: Bool { tools != nil }

    /// The library that the program loads, made by `scripts/build-mpi` for these tests.
    public static let library = Result<String, any Error> {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("mpi-\(UUID().uuidString)").path
        let script = Repository.root.appending(path: "scripts/build-mpi").path
        let ending = try run(script, [directory])
        guard ending.status == 0 else { throw Missed(description: "scripts/build-mpi: \(ending.output)") }
        return directory + "/libdreamer-mpi.so"
    }

    /// Arguments of mpirun that let as many processes as a test wants run here, whoever runs it.
    public static func launching(_ processes: Int) -> [String] {
        ["--allow-run-as-root", "--oversubscribe", "-n", "\(processes)"]
    }

    /// Where mpirun is.
    public static var launcher: String { tools![0] }

    /// Starts a program as a group and waits for its end.
    public static func run(
        _ processes: Int, _ program: String, _ arguments: [String]
    ) throws -> (output: String, status: Int32) {
        try run(launcher, launching(processes) + [program] + arguments)
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (output, process.terminationStatus)
    }
}
