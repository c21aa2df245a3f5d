import Foundation
import Testing

/// `dreamer inspect`, for people and for programs.
@Suite(.serialized, .timeLimit(.minutes(2))) struct InspectTests {
    private struct Inspection: Decodable {
        struct Parameters: Decodable { let model: Int, actor: Int, critic: Int }
        struct Work: Decodable { let nominal: Double, executed: Double }
        struct Bytes: Decodable { let broadcast: Int, activations: Int }
        let agent: String
        let parameters: Parameters
        let bytes: Bytes
        let gigaflop: Work
    }

    private func inspect(_ arguments: String...) async throws -> [String] {
        let child = try Child(["inspect"] + arguments)
        #expect(try await child.end() == .init(status: 0), "\(child.transcript)")
        #expect(child.messages.isEmpty)
        return child.output
    }

    @Test func publishedFiguresComeOut() async throws {
        let lines = try await inspect("--agent", "dreamerv3", "--size", "S", "--set", "agent.actions=4", "--json")
        let result = try JSONDecoder().decode(Inspection.self, from: Data(lines.joined(separator: "\n").utf8))
        #expect(result.agent == "dreamerv3")
        #expect(result.parameters.model == 15_686_787)
        #expect(result.parameters.actor == 1_052_676)
        #expect(result.parameters.critic == 1_181_439)
        #expect(result.gigaflop.nominal.rounded() == 814 && result.gigaflop.executed < 814)
        #expect(result.bytes.broadcast > 4 << 20 && result.bytes.activations > result.bytes.broadcast)
    }

    @Test func peopleSeeTables() async throws {
        let lines = try await inspect("--agent", "dymodreamer")
        #expect(lines.first == "dymodreamer: 64×64×3 images, 6 discrete actions, 16 × 64 steps, 15 imagined")
        for start in ["parameters ", "  dynamic_encoder ", "memory ", "activations of a step ", "imagination "] {
            #expect(lines.contains { $0.hasPrefix(start) }, "\(start)")
        }
        #expect(lines.last?.hasPrefix("total ") == true && lines.last?.contains(" 1,211 ") == true)
    }

    @Test func presetsAreTaken() async throws {
        let lines = try await inspect("--preset", "catch-demo")
        #expect(lines.first?.contains("16 × 16 steps, 10 imagined") == true)
    }
}
