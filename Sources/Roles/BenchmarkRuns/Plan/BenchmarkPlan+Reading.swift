import AgentChoice
import Diagnostics
import Environments
import Foundation
import Settings

extension BenchmarkPlan {
    /// Reads a file; lists of tasks stand for their tasks then.
    /// - Throws: one line that names the file, the line and the field.
    package init(_ file: ConfigurationFile) throws(UserError) {
        let fields = try PlanFields(file)
        self.file = file.name
        let name = URL(fileURLWithPath: file.name).deletingPathExtension().lastPathComponent
        output = try fields.text("output") ?? "runs/\(name)"
        preset = try fields.text("preset") { (preset) throws(UserError) in _ = try Presets.named(preset) }
        size = try fields.text("size") { (size) throws(UserError) in _ = try Sizes.named(size) }
        tasks = try Self.tasks(fields)
        agents =
            try fields.texts("agents") { (agent) throws(UserError) in _ = try AgentVariants.named(agent) }
            ?? [AgentConfiguration().agent]
        seeds = try fields.numbers("seeds")?.map { UInt64($0) } ?? [0]
        settings = try fields.texts("settings") ?? []
        variants =
            try fields.groups("variants")?.map { Variant(name: $0, settings: $1) } ?? [
                Variant(name: "", settings: [])
            ]
        parallel = try fields.number("parallel", within: 1...10_000) ?? 1
        command = try fields.text("command").map { (text) throws(UserError) in
            do throws(UserError) {
                return try CommandTemplate(text)
            } catch {
                throw fields.error("command", error.message)
            }
        }
        question = try question(fields)
    }

    private static func tasks(_ fields: PlanFields) throws(UserError) -> [String] {
        let names = try fields.texts("tasks") { (task) throws(UserError) in
            guard TaskList.tasks(task) == nil, !EnvironmentRegistry.contains(task) else { return }
            let lists = TaskList.all.map(\.key).joined(separator: ", ")
            throw UserError(
                "\(EnvironmentError.unknownEnvironment(task, known: EnvironmentRegistry.known)); lists: \(lists)")
        }
        guard let names, !names.isEmpty else { throw fields.error("tasks", "is missing: name at least one task") }
        let tasks = names.flatMap { TaskList.tasks($0) ?? [$0] }
        for (index, task) in tasks.enumerated() where tasks[..<index].contains(task) {
            throw fields.error("tasks", "\(task) stands there twice")
        }
        return tasks
    }
}
