import Foundation
import TestSupport
import Testing

extension SlowTests {
    /// Tasks of Python's that break: training goes on with all that was played.
    @Suite(.enabled(if: Program.python != nil), .timeLimit(.minutes(10))) struct BrokenTaskTests {
        let directory: TemporaryDirectory
        let logdir: String

        init() throws {
            directory = try TemporaryDirectory()
            logdir = directory("run")
        }

        /// A vector task; `act` is the body of what happens in each step, with a count `n` of all steps of its process.
        private func task(_ act: String, start: String = "pass") throws -> String {
            let path = directory("task.py")
            try """
            import gymnasium, numpy, os, signal, sys, time

            class Task(gymnasium.Env):
                observation_space = gymnasium.spaces.Box(-1, 99, (2,))
                action_space = gymnasium.spaces.Discrete(2)
                n = 0

                def reset(self, seed=None, options=None):
                    \(start)
                    self.t = 0
                    return numpy.zeros(2, numpy.float32), {}

                def step(self, action):
                    Task.n += 1
                    self.t += 1
                    print("step", Task.n)
                    \(act)
                    return numpy.float32([self.t, action]), float(action), self.t == 60, False, {}
            """.write(toFile: path, atomically: true, encoding: .utf8)
            return "python/\(path):Task"
        }

        private func train(_ task: String, _ settings: [String] = [], steps: Int = 600) throws -> Child {
            let python = try #require(Program.python)
            return try Child(
                ["train", "--agent", "dreamerv3", "--actors", "1", "--python", python]
                    + Tiny.options(
                        logdir, steps: steps, environment: task,
                        settings: ["evaluation.episodes=2", "actors.environments_per_actor=2"] + settings))
        }

        private func expectAllSequences(_ streams: [Run.Stream]) {
            for stream in streams { #expect(stream.sequences == Array(1...stream.sequences.count)) }
        }

        @Test(arguments: [
            ("if self.t == 40: raise RuntimeError('lost contact')", 4000),
            ("if Task.n == 90: os.kill(os.getpid(), signal.SIGSEGV)", 600),
            ("if Task.n == 90: time.sleep(1000)", 600),
        ])
        func trainingGoesOn(act: String, steps: Int) async throws {
            let train = try train(task(act), ["environment.step_seconds=2"], steps: steps)
            #expect(try await train.end(within: .seconds(200)) == .init(status: 0), "\(train.transcript)")
            let run = Run(path: logdir)
            #expect(try run.agentSteps >= steps)
            expectAllSequences(try run.streams())
            let failures = try #require(try run.metrics("actor").last?.number("failures"))
            #expect(failures >= 2, "\(failures)")
            #expect(train.output.contains { $0.contains("actor-0: ") && $0.contains("it is made again") })
            // One incarnation: the actor itself has not died.
            #expect(try run.streams().count == 1)
            #expect(
                try String(contentsOfFile: logdir + "/environments/actor-0.log", encoding: .utf8).contains("step 9"))
        }

        /// The seed decides the run all the same: both come to the same weights.
        @Test func lockstepGoesOn() async throws {
            let task = try task("if self.t == 40: raise RuntimeError('lost contact')")
            var checkpoints: [Checkpoint] = []
            for name in ["a", "b"] {
                let python = try #require(Program.python)
                let train = try Child(
                    ["train", "--agent", "dreamerv3", "--actors", "1", "--lockstep", "--python", python]
                        + Tiny.options(
                            directory(name), steps: 400, environment: task,
                            settings: ["evaluation.episodes=1", "actors.environments_per_actor=2"]))
                #expect(try await train.end(within: .seconds(200)) == .init(status: 0), "\(train.transcript)")
                let newest = try #require(Run(path: directory(name)).checkpoints.last)
                checkpoints.append(try Checkpoint(path: directory(name) + "/checkpoints/" + newest))
            }
            #expect(checkpoints[0] == checkpoints[1])
        }

        /// It is tried before anything starts, and its message is the only one.
        @Test func whatCannotBePlayedIsSaidBeforeAnythingStarts() async throws {
            let start = ContinuousClock.now
            let train = try train(task("pass", start: "raise ValueError('no licence')"))
            let ending = try await train.end(within: .seconds(60))
            #expect(ending.status != 0 && train.messages.count == 1 && train.output.isEmpty, "\(train.transcript)")
            expect(try #require(train.messages.last), says: "ValueError: no licence", "task.py:9)")
            #expect(!FileManager.default.fileExists(atPath: logdir))
            #expect(ContinuousClock.now - start < .seconds(30))
        }

        /// MuJoCo's own words are about a library that nobody has asked for.
        @Test(arguments: ["osmesa", "glfw"])
        func aPictureThatCannotBeDrawnNamesTheVariable(drawing: String) async throws {
            let line = try await mistake(
                ["train", "--python", try #require(Program.python)]
                    + Tiny.options(logdir, steps: 1000, environment: "dmc/walker-walk"),
                environment: ["MUJOCO_GL": drawing])
            expect(line, says: "MUJOCO_GL is \(drawing)", "unset it for egl")
        }

        /// Nobody is told to unset what nobody has set. No vendor's EGL is found.
        @Test func aMachineWithoutEGLNamesWhatInstallsIt() async throws {
            let line = try await mistake(
                ["train", "--python", try #require(Program.python)]
                    + Tiny.options(logdir, steps: 1000, environment: "dmc/walker-walk"),
                environment: ["__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent"])
            expect(line, says: "MuJoCo draws with EGL", "`scripts/setup --envs` installs all that is needed")
            #expect(!line.contains("unset"))
        }

        /// A licence that runs out, say: what was played and trained is kept, and nobody tries six times.
        @Test func aTaskThatIsOverEndsTheRunInGoodOrder() async throws {
            let train = try train(
                task(
                    "if Task.n > 150: open(__file__ + '.over', 'w').close(); os._exit(1)",
                    start: "assert not os.path.exists(__file__ + '.over'), 'no licence'"),
                ["environment.max_failures=3"], steps: 100_000)
            let ending = try await train.end(within: .seconds(120))
            #expect(ending == .init(status: 7), "\(train.transcript)")
            expect(
                try #require(train.messages.last), says: "actor-0 exited with status 7", "AssertionError: no licence")
            let run = Run(path: logdir)
            #expect(try run.agentSteps > 200 && !run.checkpoints.isEmpty)
            expectAllSequences(try run.streams())
        }
    }
}
