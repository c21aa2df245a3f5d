import Diagnostics
import Foundation

/// The `openssl` command, version 3: it makes keys and signs certificates, so that no second library for that is compiled.
struct OpenSSL {
    /// Where the command reads and writes files: its working directory, which nobody else can look into.
    let directory: URL

    /// Runs `openssl` with `arguments`.
    /// - Throws: `UserError` where there is no such command, or with the last line that it wrote where it fails.
    func run(_ arguments: [String]) throws(UserError) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = directory
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let messages = Pipe()
        process.standardError = messages
        do { try process.run() } catch {
            throw UserError("cannot start openssl: \(error.localizedDescription)", exitCode: 1)
        }
        let text = String(decoding: (try? messages.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        // The status with which `env` says that it did not find what it was to start.
        if process.terminationStatus == 127 {
            throw UserError("certificates are made with openssl, which is not in PATH: install it (Debian: openssl)")
        }
        guard process.terminationStatus == 0 else {
            let reason = text.split(separator: "\n").last.map(String.init) ?? "status \(process.terminationStatus)"
            throw UserError("openssl \(arguments[0]) failed: \(reason)", exitCode: 1)
        }
    }
}
