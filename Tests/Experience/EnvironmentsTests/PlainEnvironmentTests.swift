import Environments
import Experience
import Foundation
import TestSupport
import Testing

/// What the bridge shows is what the packages show by themselves, bit for bit, when a few lines of Python use them.
@Suite(.blocking, .enabled(if: (try? PythonInterpreter.find(nil)) != nil, "needs `scripts/setup --envs`"))
struct PlainEnvironmentTests {
    /// Runs a script that writes a record for each of `steps` and the start: reward, image, numbers.
    private func plain(_ script: String, steps: Int) throws -> Data {
        let directory = try TemporaryDirectory()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try PythonInterpreter.find(nil))
        let lines = """
            import os, sys
            os.environ.setdefault("MUJOCO_GL", "egl")
            os.environ.setdefault("LP_NUM_THREADS", "0")
            import numpy
            output, steps = open(sys.argv[1], "wb"), int(sys.argv[2])

            def write(reward, image, numbers=()):
                output.write(numpy.float32(reward).tobytes() + numpy.ascontiguousarray(image, numpy.uint8).tobytes())
                output.write(numpy.asarray(numbers, numpy.float32).tobytes())

            """ + script + "\noutput.close()\n"
        process.arguments = ["-I", "-c", lines, directory("records"), "\(steps)"]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try Data(contentsOf: URL(fileURLWithPath: directory("records")))
    }

    /// The same records of an environment of ours, which is to have no end within them.
    private func ours(_ environment: any Environment, steps: Int, action: (Int) -> Action) throws -> Data {
        defer { environment.close() }
        var records = Data()
        for step in 0...steps {
            let shown = try step == 0 ? environment.reset() : environment.step(action(step - 1))
            #expect(shown.flags == (step == 0 ? .first : []))
            records.append(bytes(of: [shown.reward]))
            records.append(contentsOf: shown.image)
            records.append(bytes(of: shown.vector))
        }
        return records
    }

    private func bytes(of values: [Float]) -> Data { values.withUnsafeBytes { Data($0) } }

    /// Gymnasium's own wrapper skips frames, takes the maximum of the last two, and resizes.
    @Test(arguments: ["pong", "boxing", "freeway"]) func atariIsGymnasiums(game: String) throws {
        let plain = try plain(
            """
            import ale_py, gymnasium
            from gymnasium.wrappers import AtariPreprocessing
            gymnasium.register_envs(ale_py)
            env = AtariPreprocessing(
                gymnasium.make("ALE/\(game.capitalized)-v5", frameskip=1, repeat_action_probability=0.0), noop_max=0,
                frame_skip=4, screen_size=64, grayscale_obs=False)
            write(0, env.reset(seed=3)[0])
            for step in range(steps):
                image, reward, *_ = env.step(step // 3 % env.action_space.n)
                write(reward, image)
            """, steps: 200)
        let environment = try EnvironmentRegistry.make(
            "atari/\(game)", options: EnvironmentOptions(noOps: 0, sticky: 0), seed: 3)
        let count = environment.actionSpace.count
        let ours = try ours(environment, steps: 200) { .oneHot($0 / 3 % count, of: count) }
        #expect(ours.count == 201 * (4 + 64 * 64 * 3) && ours == plain)
    }

    /// Actions that 32 bits hold exactly: others are rounded on their way, here to the nearest float in [-1, 1].
    @Test(arguments: ["cartpole-swingup", "walker-walk"]) func controlIsTheSuites(name: String) throws {
        let parts = name.split(separator: "-")
        let plain = try plain(
            """
            from dm_control import suite
            env = suite.load("\(parts[0])", "\(parts[1])", task_kwargs={"random": 3})
            size = env.action_spec().shape[0]

            def show(reward, shown):
                numbers = numpy.concatenate([numpy.ravel(part) for part in shown.observation.values()])
                write(reward, env.physics.render(64, 64, camera_id=0), numbers)

            show(0, env.reset())
            for step in range(steps):
                shown = [env.step(numpy.full(size, (step % 9 - 4) / 4)) for _ in range(2)]
                show(sum(one.reward for one in shown), shown[-1])
            """, steps: 60)
        let environment = try EnvironmentRegistry.make(
            "dmc/\(name)", options: EnvironmentOptions(actionRepeat: 2, observe: .both), seed: 3)
        let count = environment.actionSpace.count
        let ours = try ours(environment, steps: 60) {
            Action([Float](repeating: Float($0 % 9 - 4) / 4, count: count))
        }
        #expect(environment.vectorCount > 4 && ours == plain)
    }
}
