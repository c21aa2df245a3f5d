import Glibc
import Processes
import Testing

@Suite struct StopRequestsTests {
    private let start = ContinuousClock.now
    private var requests = StopRequests()

    @Test mutating func aPersonInsists() {
        #expect(requests.take(SIGINT, at: start) == 0)
        #expect(requests.take(SIGINT, at: start) == 1)
        #expect(requests.take(SIGINT, at: start) == 2)
    }

    /// A supervisor's order to a child that the batch system has told, too.
    @Test mutating func anEchoIsNoSecondRequest() {
        #expect(requests.take(SIGTERM, at: start) == 0)
        #expect(requests.take(SIGTERM, at: start + .milliseconds(300)) == nil)
        #expect(requests.take(SIGTERM, at: start + StopRequests.echo) == 1)
    }

    /// SIGUSR1 some time before the end of a job, SIGTERM at its end.
    @Test mutating func anotherSignalSaysTheSame() {
        #expect(requests.take(SIGUSR1, at: start) == 0)
        #expect(requests.take(SIGTERM, at: start + .seconds(20)) == nil)
        #expect(requests.take(SIGHUP, at: start + .seconds(21)) == nil)
        #expect(requests.take(SIGTERM, at: start + .seconds(26)) == 1)
    }

    @Test mutating func aPersonInsistsWithoutHavingBegun() {
        #expect(requests.take(SIGTERM, at: start) == 0)
        #expect(requests.take(SIGINT, at: start + .seconds(1)) == 1)
    }
}
