import Foundation
import Processes
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct ChildProgramTests {
    private final class Lines: Sendable {
        let all = Mutex<[ChildProgram.Line]>([])

        func add(_ line: ChildProgram.Line) { all.withLock { $0.append(line) } }
    }

    private static let noOrders = AsyncStream<ChildProgram.Order> { _ in }

    private func shell(_ script: String) -> ChildProgram {
        ChildProgram(executable: "/bin/sh", arguments: ["-c", script])
    }

    @Test func linesComeInOrderAndBeforeTheEnd() async throws {
        let lines = Lines()
        let ending = try await shell("echo one; echo err >&2; echo two; printf three; exit 5")
            .run(orders: Self.noOrders) { lines.add($0) }
        #expect(ending == .exited(status: 5))
        let all = lines.all.withLock { $0 }
        #expect(all.filter { $0 != .message("err") } == [.output("one"), .output("two"), .output("three")])
        #expect(all.count == 4)
    }

    @Test func aLongLineIsOneLine() async throws {
        let lines = Lines()
        _ = try await shell("head -c 300000 /dev/zero | tr '\\0' x; echo; echo end")
            .run(orders: Self.noOrders) { lines.add($0) }
        #expect(lines.all.withLock { $0 } == [.output(String(repeating: "x", count: 300_000)), .output("end")])
    }

    /// The order comes when the child says that it is ready for it.
    @Test(arguments: [(ChildProgram.Order.terminate, ProcessEnding.exited(status: 7)), (.kill, .killed(signal: 9))])
    func ordersReachIt(order: ChildProgram.Order, ending: ProcessEnding) async throws {
        let (orders, give) = AsyncStream.makeStream(of: ChildProgram.Order.self)
        let ended = try await shell("trap 'exit 7' TERM; echo ready; while true; do sleep 0.05; done")
            .run(orders: orders) { line in
                if line == .output("ready") { give.yield(order) }
            }
        #expect(ended == ending)
    }

    @Test func itIsKilledWithItsTask() async throws {
        let (ready, tell) = AsyncStream.makeStream(of: pid_t.self)
        let task = Task {
            try await shell("trap '' TERM; echo $$; exec sleep 100").run(orders: Self.noOrders) { line in
                if case .output(let text) = line, let process = pid_t(text) { tell.yield(process) }
            }
        }
        let process = try #require(await ready.first { _ in true })
        task.cancel()
        _ = await task.result
        #expect(kill(process, 0) == -1 && errno == ESRCH)
    }

    /// A child that reads its standard input waits for as long as its parent lives.
    @Test func itsInputStaysOpen() async throws {
        let lines = Lines()
        let (orders, give) = AsyncStream.makeStream(of: ChildProgram.Order.self)
        let ending = try await shell(
            // A shell gives its background commands no input of its own.
            "exec 3<&0; (read line <&3; echo closed) & trap 'kill $!; exit 0' TERM; sleep 0.3; echo open; wait"
        ).run(orders: orders) { line in
            lines.add(line)
            if line == .output("open") { give.yield(.terminate) }
        }
        #expect(ending == .exited(status: 0))
        #expect(lines.all.withLock { $0 } == [.output("open")])
    }

    @Test func leadsAGroupWithoutItsParentsFiles() async throws {
        let leaked = open("/dev/null", O_RDONLY)
        defer { close(leaked) }
        let lines = Lines()
        _ = try await shell("ls /proc/self/fd | wc -l; echo $$; ps -o pgid= -p $$ | tr -d ' '")
            .run(orders: Self.noOrders) { lines.add($0) }
        let all = lines.all.withLock { $0 }
        // Input, output, error, and the directory that `ls` reads.
        #expect(all.first == .output("4"))
        #expect(all.count == 3 && all[1] == all[2])
    }

    @Test func whatIsMissingCannotStart() async {
        await #expect(throws: (any Error).self) {
            try await ChildProgram(executable: "/nowhere/program", arguments: []).run(orders: Self.noOrders) { _ in }
        }
    }
}
