import AgentFixtures
import Agents
import Collective
import Foundation
import GroupOfThreads
import LearnerService
import Measurements
import Tensors

/// One process of a group, as mpirun starts it for a test: prints a line for what is wrong, and what it came to.
///
///     GroupHelper LIBRARY exchange          every function of the exchange
///     GroupHelper LIBRARY agent FIXTURE     three steps on shares of a batch, compared with one learner on the whole
///     GroupHelper LIBRARY die               the last rank dies in the middle
///     GroupHelper LIBRARY hang              the last rank does not come
@main struct GroupHelper {
    static func main() throws {
        let arguments = CommandLine.arguments
        let hangs = arguments[2] == "hang"
        let exchange = try MessagePassing(library: arguments[1], patience: hangs ? 2 : MessagePassing.patience)
        let faults: [String]
        switch arguments[2] {
        case "exchange": faults = ExchangeTrial.run(exchange)
        case "agent": faults = try trainInShares(arguments[3], exchange)
        default: faults = failing(exchange, hangs: hangs)
        }
        for fault in faults { print(fault) }
        print("rank \(exchange.rank) of \(exchange.count): \(faults.isEmpty ? "all is right" : "failed")")
        exchange.end()
        exit(faults.isEmpty ? 0 : 1)
    }

    private static func failing(_ exchange: MessagePassing, hangs: Bool) -> [String] {
        let group = ProcessGroup(exchange)
        _ = group.all(1)
        if exchange.rank == exchange.count - 1 {
            if hangs { while true { sleep(60) } }
            kill(getpid(), SIGKILL)
        }
        _ = group.all(2)
        return ["it went on without rank \(exchange.count - 1)"]
    }

    private static func trainInShares(_ fixture: String, _ exchange: MessagePassing) throws -> [String] {
        func agent() throws -> Agent {
            let agent = Agent(try Fixture.configuration(fixture), threads: 1)
            agent.initialize(seed: 5)
            return agent
        }
        let (mine, alone) = (try agent(), try agent())
        let processes = ProcessGroup(exchange)
        mine.tape.group = TrainingGroup(processes)
        var likeness = Likeness()
        for seed in [1, 2, 3] as [UInt64] {
            let whole = StepValues(alone, batch: 4, length: 6, seed: seed)
            let metrics = whole.share(exchange.rank, of: exchange.count).train(mine)
            likeness.compare(metrics, whole.train(alone))
            if seed == 1 { likeness.compareGradients(mine, alone) }
        }
        likeness.compareState(mine, alone)
        var faults = likeness.beyond(3e-4)
        let bits = mine.bits.withUnsafeBytes { Array($0) }
        if processes.all(bits).contains(where: { $0 != bits }) { faults.append("the ranks' parameters differ") }
        return faults
    }
}
