import Foundation
import Testing

/// `dreamer inspect`, for people and for programs.
@Suite(.serialized, .timeLimit(.minutes(5))) struct InspectTests {
    private struct Inspection: Decodable {
        struct Parameters: Decodable { let model: Int, actor: Int, critic: Int }
        struct Work: Decodable { let nominal: Double, executed: Double }
        struct Bytes: Decodable { let broadcast: Int, activations: Int }
        let agent: String
        let parameters: Parameters
        let bytes: Bytes
        let gigaflop: Work
        let forward: Forward
    }

    private struct Forward: Decodable {
        let frames: Int
        let gigaMultiplyAdds: Double

        enum CodingKeys: String, CodingKey {
            case frames
            case gigaMultiplyAdds = "giga_multiply_adds"
        }
    }

    private func inspect(_ arguments: String...) async throws -> [String] {
        let child = try Child(["inspect"] + arguments)
        #expect(try await child.end() == .init(status: 0), "\(child.transcript)")
        #expect(child.messages.isEmpty)
        return child.output
    }

    @Test func figuresComeOutAsNumbers() async throws {
        let lines = try await inspect("--agent", "dreamerv3", "--size", "S", "--set", "agent.actions=4", "--json")
        let result = try JSONDecoder().decode(Inspection.self, from: Data(lines.joined(separator: "\n").utf8))
        #expect(result.agent == "dreamerv3")
        #expect(result.parameters.model == 15_686_787)
        #expect(result.parameters.actor == 1_052_676)
        #expect(result.parameters.critic == 1_181_439)
        #expect(result.gigaflop.nominal.rounded() == 814 && result.gigaflop.executed < 814)
        // Table 11 of the MuDreamer paper has 4.3.
        #expect(result.forward.frames == 64 && abs(result.forward.gigaMultiplyAdds - 4.34) < 0.005)
        #expect(result.bytes.broadcast > 4 << 20 && result.bytes.activations > result.bytes.broadcast)
    }

    @Test func peopleSeeTables() async throws {
        let lines = try await inspect("--agent", "dymodreamer")
        #expect(lines.first == "dymodreamer: 64×64×3 images, 6 discrete actions, 16 × 64 steps, 15 imagined")
        for start in ["parameters ", "  dynamic_encoder ", "memory ", "activations of a step ", "imagination "] {
            #expect(lines.contains { $0.hasPrefix(start) }, "\(start)")
        }
        #expect(lines.contains { $0.hasPrefix("total ") && $0.contains(" 1,211 ") })
        #expect(lines.contains { $0.hasPrefix("forward of 64 frames, 10⁹ multiply-adds") })
        #expect(lines.last?.hasPrefix("SQLite 3.") == true)
    }

    @Test func vectorsAreNamedInThePlaceOfImages() async throws {
        let lines = try await inspect(
            "--agent", "dreamerv3", "--size", "nano", "--set", "agent.image=0", "--set", "agent.vector=4", "--set",
            "agent.actions=5", "--set", "agent.action_groups=3,2")
        #expect(lines.first == "dreamerv3: vectors of 4, 3 + 2 discrete actions, 16 × 64 steps, 15 imagined")
    }

    @Test func presetsAreTaken() async throws {
        let lines = try await inspect("--preset", "catch-demo")
        #expect(lines.first?.contains("16 × 16 steps, 10 imagined") == true)
    }
}
