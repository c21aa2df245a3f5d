import AgentChoice
import Diagnostics
import Reports
import Runs
import Settings
import Testing

@testable import BenchmarkRuns

@Suite struct BenchmarkPlanTests {
    private func plan(_ text: String) throws -> BenchmarkPlan {
        try BenchmarkPlan(ConfigurationFile(name: "some/grid.yaml", text: text))
    }

    @Test func everyFieldIsRead() throws {
        let plan = try plan(
            """
            output: out
            preset: atari100k
            size: nano
            tasks: [atari/pong, catch]
            agents: [dreamerv3, mudreamer]
            seeds: [3, 1]
            settings: [run.steps=1000]
            variants:
              plain: []
              fast: [replay.replay_ratio=8, agent.batch=4]
            parallel: 3
            command: sbatch {script}
            """)
        #expect(plan.output == "out" && plan.preset == "atari100k" && plan.size == "nano" && plan.parallel == 3)
        #expect(plan.tasks == ["atari/pong", "catch"] && plan.agents == ["dreamerv3", "mudreamer"])
        #expect(plan.seeds == [3, 1] && plan.settings == ["run.steps=1000"])
        #expect(plan.variants.map(\.name) == ["plain", "fast"] && plan.variants[1].settings.count == 2)
        #expect(plan.command?.text == "sbatch {script}")
    }

    @Test func tasksAreAllThatMustBeSaid() throws {
        let plan = try plan("tasks: catch")
        #expect(plan.output == "runs/grid" && plan.tasks == ["catch"] && plan.agents == ["dymodreamer"])
        #expect(plan.seeds == [0] && plan.parallel == 1 && plan.command == nil && plan.variants.count == 1)
    }

    @Test func whatAGridIsToDecideIsRead() throws {
        let plan = try plan(
            """
            tasks: [catch, catch/scenery]
            agents: [dreamerv3, mudreamer]
            threshold: 0.5
            window: 20
            contrasts:
              lead: [+catch dreamerv3, -catch mudreamer]
              interaction: [+catch dreamerv3, -catch mudreamer, -catch/scenery dreamerv3, +catch/scenery mudreamer]
            """)
        let question = try #require(plan.question)
        #expect(
            question.threshold == 0.5 && question.window == 20
                && question.contrasts.map(\.name) == ["lead", "interaction"])
        #expect(
            question.contrasts[1].terms == [
                .init(sign: 1, cell: "catch-dreamerv3"), .init(sign: -1, cell: "catch-mudreamer"),
                .init(sign: -1, cell: "catch-scenery-dreamerv3"), .init(sign: 1, cell: "catch-scenery-mudreamer"),
            ])
    }

    @Test func listsStandForTheirTasks() throws {
        let plan = try plan("tasks: [dmc/backgrounds, catch]")
        #expect(plan.tasks.count == 7 && plan.tasks[0] == "dmc/cartpole-swingup" && plan.tasks[6] == "catch")
    }

    /// Each names the file, the line and the field.
    @Test(arguments: [
        ("tasks: [catsch]", "some/grid.yaml:1: tasks: unknown environment catsch"),
        ("tasks: [catch,\n  catch]", "some/grid.yaml:1: tasks: catch stands there twice"),
        ("agents: [mudreamer]", "some/grid.yaml: tasks: is missing"),
        ("tasks: catch\nagent: x", "some/grid.yaml:2: unknown field agent (did you mean agents?)"),
        ("tasks: catch\nagents: [mudremer]", "some/grid.yaml:2: agents: unknown agent mudremer"),
        ("tasks: catch\nagents:\n- mudreamer\n- [a]", "some/grid.yaml:4: agents: expected text"),
        ("tasks: catch\nseeds: [1, -2]", "some/grid.yaml:2: seeds: expected a whole number from 0, found -2"),
        ("tasks: catch\nseeds: [1, 1]", "some/grid.yaml:2: seeds: 1 stands there twice"),
        ("tasks: catch\nseeds: []", "some/grid.yaml:2: seeds: is empty"),
        ("tasks: catch\nthreshold: high", "some/grid.yaml:2: threshold: expected a number, found high"),
        ("tasks: catch\ncontrasts:\n  a: [+catch dymodreamer]", "some/grid.yaml:3: contrasts: threshold is missing"),
        (
            "tasks: catch\nthreshold: 1\ncontrasts:\n  a: [+catch mudreamer]",
            "some/grid.yaml:4: contrasts: contrasts.a: the grid has no runs of catch mudreamer"
        ),
        (
            "tasks: catch\nthreshold: 1\ncontrasts:\n  a: [catch dymodreamer]",
            "some/grid.yaml:4: contrasts: contrasts.a: expected +TASK AGENT or -TASK AGENT, got catch dymodreamer"
        ),
        ("tasks: catch\nsize: huge", "some/grid.yaml:2: size: unknown size huge"),
        ("tasks: catch\npreset: doom", "some/grid.yaml:2: preset: unknown preset doom"),
        ("tasks: catch\nparallel: 0", "some/grid.yaml:2: parallel: expected a whole number from 1 to 10000, found 0"),
        ("tasks: catch\nvariants: [a]", "some/grid.yaml:2: variants: expected names with lists of settings"),
        ("tasks: catch\ncommand: sbatch", "some/grid.yaml:2: command: it must hold {script}"),
        ("tasks: catch\ncommand: sbatch {job}", "some/grid.yaml:2: command: there is no {job}"),
        ("- tasks", "some/grid.yaml: expected fields"), ("tasks: [", "some/grid.yaml:"),
    ]) func mistakesAreNamed(text: String, message: String) throws {
        let error = try #require(throws: UserError.self) { try plan(text) }
        #expect(error.message.hasPrefix(message), "\(error.message)")
    }

    // MARK: Runs

    private func resolve(_ arguments: [String]) throws -> BenchmarkPlan.Resolved {
        var layers = ConfigurationLayers()
        let options = stride(from: 0, to: arguments.count, by: 2).map { (arguments[$0], arguments[$0 + 1]) }
        let paths = ["--env": "environment.id", "--agent": "agent.agent", "--seed": "run.seed"]
        layers.overrides = options.compactMap { option, value in
            option == "--set" ? value : paths[option].map { "\($0)=\(value)" }
        }
        let configuration = try layers.resolve()
        return (configuration, try configuration.tryTask(on: EnvironmentHost()))
    }

    @Test func aGridIsEveryCombination() throws {
        let runs = try plan(
            """
            output: out
            tasks: [catch, minatar/breakout]
            agents: [dreamerv3]
            seeds: [1, 2]
            settings: [run.steps=200000]
            variants: {a: [], b: [agent.gamma=0.9]}
            """
        ).runs(resolve: resolve)
        #expect(
            runs.map(\.name)
                == [1, 2].flatMap { seed in
                    ["catch", "minatar-breakout"].flatMap { task in
                        ["a", "b"].map { "\(task)-dreamerv3-\($0)-s\(seed)" }
                    }
                })
        let last = try #require(runs.last)
        #expect(last.path == "out/minatar-breakout-dreamerv3-b-s2")
        #expect(
            last.arguments == [
                "--logdir", last.path, "--env", "minatar/breakout", "--agent", "dreamerv3", "--seed", "2", "--set",
                "run.steps=200000", "--set", "agent.gamma=0.9",
            ])
        #expect(last.configuration.run.seed == 2 && last.configuration.agent.gamma == 0.9)
    }

    @Test(arguments: [
        ("settings: [replay.prefill=3]", "grid.yaml: settings: --set: unknown key replay.prefill"),
        ("settings: [run.steps=5]", "grid.yaml: settings: run.steps must be above"),
        ("variants: {a: [], b: [agent.gamma=7]}", "grid.yaml: variants.b: agent.gamma must be"),
        ("variants: {'a b': [], 'a-b': []}", "grid.yaml: two runs would be called catch-dymodreamer-a-b-s0"),
    ]) func whatMakesNoRunIsNamed(text: String, message: String) throws {
        let plan = try plan("tasks: catch\n" + text)
        let error = try #require(throws: UserError.self) { try plan.runs(resolve: resolve) }
        #expect(error.message.hasPrefix("some/" + message), "\(error.message)")
    }

    @Test func aCommandIsFilled() throws {
        let template = try CommandTemplate("qsub -N {name} -o {directory}/log {script} # {name}")
        #expect(
            template.filled(["name": "a", "directory": "out/a", "script": "'x y.sh'", "command": "c"])
                == "qsub -N a -o out/a/log 'x y.sh' # a")
    }
}
