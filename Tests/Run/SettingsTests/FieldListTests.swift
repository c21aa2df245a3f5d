import AgentChoice
import Experience
import Fields
import Settings
import Testing

/// A property that its group's list forgot could neither be set nor stored.
@Suite struct FieldListTests {
    private func forgetsNone<Group: FieldGroup>(_: Group.Type, nested: Int = 0) -> Bool {
        let properties = Mirror(reflecting: Group()).children.count
        return Group.fields.count == properties + nested && Set(Group.fields.map(\.key)).count == Group.fields.count
    }

    @Test func everyPropertyIsAField() {
        #expect(forgetsNone(RunSettings.self))
        // Its options are one property with four fields.
        #expect(forgetsNone(EnvironmentSettings.self, nested: EnvironmentOptions.fields.count - 1))
        #expect(forgetsNone(EnvironmentOptions.self))
        #expect(forgetsNone(AgentConfiguration.self))
        #expect(forgetsNone(ReplaySettings.self))
        #expect(forgetsNone(LearnerSettings.self))
        #expect(forgetsNone(ActorSettings.self))
        #expect(forgetsNone(EvaluationSettings.self))
    }
}
