import Environments
import Testing

@Suite struct TaskListTests {
    /// All of them can be built, none twice, and no list is an environment.
    @Test func listsHoldEnvironments() {
        for (name, tasks) in TaskList.all {
            #expect(!EnvironmentRegistry.contains(name))
            #expect(Set(tasks).count == tasks.count)
            for task in tasks { #expect(EnvironmentRegistry.contains(task), "\(name): \(task)") }
        }
        #expect(TaskList.all.map { $0.value.count } == [26, 20, 6, 5])
        #expect(TaskList.tasks("dmc/benchmark")?.contains("dmc/ball_in_cup-catch") == true)
        #expect(TaskList.tasks("dmc/walker-walk") == nil)
    }
}
