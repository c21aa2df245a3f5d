import Foundation

/// Finds the Python interpreter of the virtual environment that `scripts/setup --envs` makes.
package enum PythonInterpreter {
    private static let relativePath = ".venv/bin/python"

    /// The interpreter at `path` if that is given; else that of the variable DREAMER_PYTHON; else of `.venv` in the
    /// working directory; else of the nearest `.venv` in a directory above the program.
    package static func find(
        _ path: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
        workingDirectory: String = FileManager.default.currentDirectoryPath, program: URL? = Bundle.main.executableURL
    ) throws(EnvironmentError) -> String {
        if let path { return try check(path, from: "the option python") }
        if let path = environment["DREAMER_PYTHON"], !path.isEmpty { return try check(path, from: "DREAMER_PYTHON") }
        var directories = [URL(fileURLWithPath: workingDirectory)]
        var above = program?.resolvingSymlinksInPath()
        while let directory = above, directory.path != "/" {
            directories.append(directory.deletingLastPathComponent())
            above = directories.last
        }
        for directory in directories {
            let candidate = directory.appendingPathComponent(relativePath).path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        throw .missingVirtualEnvironment("this environment needs Python, and there is no \(relativePath)")
    }

    private static func check(_ path: String, from source: String) throws(EnvironmentError) -> String {
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw .missingVirtualEnvironment("\(source) names \(path), which cannot be executed")
        }
        return path
    }
}
