import Environments
import Foundation
import Glibc

extension Examination {
    /// Packages of bridged environments, and what needs them.
    private static let packages = [
        ("numpy", "all"), ("gymnasium", "gym/…"), ("ale_py", "atari/…"), ("dm_control", "dmc/…"),
        ("crafter", "crafter"),
    ]
    /// Seconds that importing all of them may take.
    private static let patience = 120.0

    var pythonFindings: [Finding] {
        let interpreter: String
        do { interpreter = try PythonInterpreter.find(python) } catch {
            return [
                Finding(
                    "python", .warning, "\(error)",
                    advice: "`scripts/setup --envs` makes one; built-in tasks need none")
            ]
        }
        guard let missing = Self.missing(interpreter) else {
            return [
                Finding(
                    "python", .fault, "\(interpreter) does not run, or not within \(Int(Self.patience)) s",
                    advice: "`scripts/setup --envs` makes it again")
            ]
        }
        let lacks = Self.packages.filter { missing.contains($0.0) }.map { "\($0.0) (\($0.1))" }
        let packages =
            lacks.isEmpty
            ? Finding("python", "\(interpreter) has all packages")
            : Finding(
                "python", .warning, "\(interpreter) lacks \(lacks.joined(separator: ", "))",
                advice: "`scripts/setup --envs` installs them, where you want those tasks")
        return [packages] + (missing.contains("dm_control") ? [] : [rendering])
    }

    /// Names of the packages that cannot be found; nil where the interpreter does not answer.
    private static func missing(_ interpreter: String) -> Set<String>? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: interpreter)
        let names = packages.map { "'\($0.0)'" }.joined(separator: ", ")
        process.arguments = [
            "-I", "-c",
            "import importlib.util as u; print(*[n for n in (\(names)) if u.find_spec(n) is None])",
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let identifier = process.processIdentifier
        let end = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + patience, execute: end)
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        end.cancel()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else { return nil }
        return Set(String(decoding: answer, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init))
    }

    /// What the Control suite draws with.
    private var rendering: Finding {
        let wanted = ProcessInfo.processInfo.environment["MUJOCO_GL"] ?? "egl"
        let libraries = ["egl": "libEGL.so.1", "osmesa": "libOSMesa.so.8", "glfw": "libglfw.so.3"]
        guard let name = libraries[wanted] else {
            return Finding(
                "rendering", .warning, "MUJOCO_GL=\(wanted) is none of egl, osmesa and glfw",
                advice: "unset MUJOCO_GL, which means egl")
        }
        guard let library = dlopen(name, RTLD_LAZY) else {
            return Finding(
                "rendering", .warning, "MUJOCO_GL is \(wanted), and there is no \(name)",
                advice: "install libegl1 and libgl1-mesa-dri, or show dmc/… by its numbers (environment.observe=vector)"
            )
        }
        dlclose(library)
        return Finding("rendering", "MUJOCO_GL is \(wanted), and \(name) is there")
    }
}
