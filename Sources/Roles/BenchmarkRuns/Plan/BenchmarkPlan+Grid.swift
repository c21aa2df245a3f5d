import Diagnostics
import Foundation
import Runs
import Settings

extension BenchmarkPlan {
    package typealias Resolved = (configuration: Configuration, task: TriedTask)

    /// All runs, seed by seed: the first of each kind come before the second.
    /// - Parameter resolve: the configuration that `train` makes of arguments, and what it finds its task to be.
    /// - Throws: one line that names the file and the field, for what does not make a run.
    package func runs(
        resolve: ([String]) throws -> Resolved
    ) throws(UserError) -> [BenchmarkRun] {
        var runs: [BenchmarkRun] = []
        for seed in seeds {
            for task in tasks {
                for agent in agents {
                    for variant in variants {
                        let run = try run(task, agent, variant, seed, resolve)
                        guard !runs.contains(where: { $0.name == run.name }) else {
                            throw UserError("\(file): two runs would be called \(run.name): name variants otherwise")
                        }
                        runs.append(run)
                    }
                }
            }
        }
        return runs
    }

    private func run(
        _ task: String, _ agent: String, _ variant: Variant, _ seed: UInt64, _ resolve: ([String]) throws -> Resolved
    ) throws(UserError) -> BenchmarkRun {
        let kind = kind(task, agent, variant.name)
        let path = "\(output)/\(kind)-s\(seed)"
        let common = arguments(task, agent, seed, settings)
        let own = arguments(task, agent, seed, settings + variant.settings)
        // Whose mistake it is shows when the variant is left out.
        let field = variant.settings.isEmpty ? "settings" : "variants.\(variant.name)"
        let resolved: Resolved
        do { resolved = try resolve(own) } catch {
            if !variant.settings.isEmpty { _ = try self.resolved("settings", common, resolve) }
            throw mistake(field, error)
        }
        return BenchmarkRun(
            name: "\(kind)-s\(seed)", kind: kind, path: path, arguments: ["--logdir", path] + own,
            configuration: resolved.configuration, task: resolved.task)
    }

    private func arguments(_ task: String, _ agent: String, _ seed: UInt64, _ settings: [String]) -> [String] {
        ["--env", task, "--agent", agent, "--seed", "\(seed)"] + (preset.map { ["--preset", $0] } ?? [])
            + (size.map { ["--size", $0] } ?? []) + settings.flatMap { ["--set", $0] }
    }

    private func resolved(
        _ field: String, _ arguments: [String], _ resolve: ([String]) throws -> Resolved
    ) throws(UserError) -> Resolved {
        do { return try resolve(arguments) } catch { throw mistake(field, error) }
    }

    private func mistake(_ field: String, _ error: any Error) -> UserError {
        UserError("\(file): \(field): \((error as? any OneLineError)?.message ?? "\(error)")")
    }
}
