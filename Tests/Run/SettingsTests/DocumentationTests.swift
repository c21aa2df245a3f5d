import AgentChoice
import Experience
import Fields
import Foundation
import Settings
import TestSupport
import Testing

/// `docs/configuration.md` says what the program does.
@Suite struct DocumentationTests {
    private let page: String

    init() throws {
        page = try Repository.text("docs/configuration.md")
    }

    /// The cells of the tables' rows whose first cell is a path.
    private var rows: [[String]] {
        page.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) } }
            .filter { $0[0].wholeMatch(of: /[a-z_]+(\.[a-z_]+)+/) != nil }
    }

    @Test func everyKeyIsDocumentedWithItsTypeAndDefault() {
        let documented = rows.map { Array($0.prefix(3)) }
        let actual = Configuration.keys.map { [$0.path, $0.type, $0.defaultValue] }
        for key in actual { #expect(documented.contains(key), "\(key)") }
        for key in documented { #expect(actual.contains(key), "\(key)") }
        #expect(documented == actual)
    }

    @Test func everyKeyHasAUnitAndAMeaning() {
        for row in rows { #expect(row.count == 5 && row.allSatisfy { !$0.isEmpty }, "\(row)") }
    }

    @Test func whatStaysIsDocumented() {
        #expect(page.contains("These keys stay as they are: " + list(Configuration.fixedPaths) + "."))
    }

    @Test func agentsAreDocumented() {
        for agent in AgentVariants.all {
            let differences = agent.differences.isEmpty ? "nothing" : list(agent.differences)
            let row = "| `\(agent.name)` | \(differences) |"
            #expect(page.contains(agent.base == nil ? row + "\n" : row + " "), "\(row)")
        }
    }

    @Test func switchesAreDocumented() {
        #expect(page.contains("Its switches are " + list(AgentConfiguration.switches.map(\.key)) + "."))
    }

    @Test func sizesAreDocumented() {
        for size in Sizes.all {
            let row =
                "| `\(size.name)` | \(size.deterministic) | \(size.hidden) | \(size.convolutionDepth) | \(size.layers) | "
                + "\(size.stochastic) × \(size.classes) | \(size.modulationStochastic) × \(size.modulationClasses) |\n"
            #expect(page.contains(row), "\(row)")
        }
    }

    @Test func presetsAreDocumented() {
        for preset in Presets.all {
            let row = "| `\(preset.name)` | \(preset.summary) | `\(preset.size)` | \(list(preset.settings)) |\n"
            #expect(page.contains(row), "\(row)")
        }
    }

    @Test func theExampleFileIsValid() throws {
        let example = try #require(page.firstMatch(of: /```yaml\n((?s).*?)```/)?.output.1)
        var layers = ConfigurationLayers()
        layers.files = [ConfigurationFile(name: "mine.yaml", text: String(example))]
        let configuration = try layers.resolve()
        #expect(configuration.agent.actionPredictor && configuration.agent.representationNorm == .layer)
        #expect(configuration.run.steps == 1_000_000 && configuration.replay.capacityBytes == 20 << 30)
    }

    private func list(_ settings: [String]) -> String {
        settings.map { "`\($0)`" }.joined(separator: ", ")
    }
}
