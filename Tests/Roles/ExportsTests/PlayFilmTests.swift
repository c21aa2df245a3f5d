import AgentChoice
import Diagnostics
import Experience
import Exports
import PictureReaders
import Pictures
import Testing

@Suite struct PlayFilmTests {
    private var agent: AgentConfiguration {
        var agent = AgentConfiguration()
        (agent.image, agent.channels) = (64, 3)
        return agent
    }

    private func observation(_ level: UInt8, _ flags: StepFlags = []) -> Observation {
        Observation(image: Array(repeating: level, count: 64 * 64 * 3), reward: 0, flags: flags)
    }

    @Test func aFilmIsTheFirstEpisodeWithItsLastFrame() throws {
        var film = try PlayFilm(of: agent)
        film.add(observation(10, .first))
        film.add(observation(20))
        film.add(observation(30, .last))
        film.add(observation(40, .first))
        let frames = GIFReader.frames(film.gif())
        #expect(frames.map { $0[100, 100].red } == [10, 20, 30])
        #expect(frames.allSatisfy { $0.width == 192 && $0.height == 192 })
    }

    @Test func aFilmHasALength() throws {
        var film = try PlayFilm(of: agent)
        for step in 0..<PlayFilm.longest + 10 { film.add(observation(UInt8(step % 2))) }
        #expect(GIFReader.frames(film.gif()).count == PlayFilm.longest)
    }

    @Test func whatSeesNoImagesHasNoFilm() {
        var blind = agent
        (blind.image, blind.vector) = (0, 4)
        #expect(throws: UserError("--gif: the policy sees no images, there is nothing to draw")) {
            try PlayFilm(of: blind)
        }
    }
}
