import Diagnostics
import Environments
import Experience
import Foundation
import Settings

/// What somebody writes who has nothing but Python: make the task, draw an action, step, begin again where it is over.
struct PlainPythonLoop {
    private static let script = """
        import json, sys, time
        import gymnasium
        try:
            import ale_py
            gymnasium.register_envs(ale_py)
        except ImportError:
            pass
        env = gymnasium.make(sys.argv[1], **json.loads(sys.argv[2]))
        env.reset(seed=0)
        steps, start = 0, time.perf_counter()
        while time.perf_counter() - start < float(sys.argv[3]):
            _, _, terminated, truncated, _ = env.step(env.action_space.sample())
            if terminated or truncated:
                env.reset()
            steps += 1
        print(steps / (time.perf_counter() - start))
        """

    private let id: String
    private let arguments: String

    /// Nil for a task that is not one of Gymnasium's.
    init?(_ environment: EnvironmentSettings) {
        let parts = environment.id.split(separator: "/", maxSplits: 1).map(String.init)
        switch parts.first {
        case "gym" where parts.count == 2:
            (id, arguments) = (parts[1], environment.options.arguments ?? "{}")
        case "atari" where parts.count == 2:
            let game = parts[1].split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            (id, arguments) = ("ALE/\(game)-v5", #"{"frameskip": 4, "repeat_action_probability": 0}"#)
        default: return nil
        }
    }

    /// Steps a second.
    /// - Throws: one line where Python or the task fails.
    func speed(seconds: Double, python: String?) throws -> Double {
        // One pipe for both: whoever reads two in turn waits for the one while the other is full.
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: try PythonInterpreter.find(python))
        process.arguments = ["-I", "-c", Self.script, id, arguments, "\(seconds)"]
        (process.standardOutput, process.standardError) = (output, output)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        guard process.terminationStatus == 0, let speed = lines.compactMap(Double.init).last else {
            throw UserError("the plain Python loop over \(id) failed: \(lines.last ?? "it says nothing")", exitCode: 1)
        }
        return speed
    }
}
