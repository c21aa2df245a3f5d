import ArgumentParser
import Diagnostics
import Foundation
import Glibc
import Logging
import Processes
import Threads
import Transport

/// What the long-running roles have in common.
struct ProcessOptions: ParsableArguments {
    @Option(help: "Least important messages shown: debug, info, warning or error.")
    var log = Logger.Level.info

    @Option(help: "Messages as text for people, or one JSON object a line (json).")
    var logFormat = LogFormat.text

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    @Flag(help: "Stop in good order when standard input is closed: how a parent keeps its children from outliving it.")
    var stopWithInput = false

    func logger(_ label: String) -> Logger {
        var logger = LogOutput.logger(label, logFormat)
        logger.logLevel = log
        return logger
    }

    /// Lets this process open as many files as the system allows.
    /// - Throws: where that is too few for a role to work at all.
    func openFiles(atLeast least: Int) throws(UserError) {
        let limit = OpenFiles.allowMany()
        guard limit >= least else {
            throw UserError(
                "only \(limit) files may be open at a time, and \(least) are needed: raise the limit (ulimit -n)",
                exitCode: 1)
        }
    }

    /// Sends this process the signal that ends it in good order once standard input is closed.
    func watchInput() {
        Self.stop(withInput: stopWithInput)
    }

    static func stop(withInput isWanted: Bool) {
        guard isWanted else { return }
        ServiceThread.start("standard input") {
            while !FileHandle.standardInput.availableData.isEmpty {}
            kill(getpid(), SIGTERM)
        }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// host:port as people write it.
struct Endpoint {
    let host: String
    let port: Int

    init(_ text: String, option: String) throws(UserError) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port), colon > text.startIndex
        else { throw UserError("\(option): \(text) is not HOST:PORT, for instance 127.0.0.1:7400") }
        host = String(text[..<colon]).trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        self.port = port
    }

    /// That of another rank of a group which starts with this one.
    func ofRank(_ rank: Int) throws(UserError) -> Endpoint {
        guard port + rank <= 65535 else { throw UserError("--listen: port \(port) leaves none for rank \(rank)") }
        return Endpoint(host: host, port: port == 0 ? 0 : port + rank)
    }

    private init(host: String, port: Int) { (self.host, self.port) = (host, port) }

    /// As a learner's.
    var learner: LearnerAddress { LearnerAddress(host: host, port: port) }

    /// Under which name other machines reach what listens here: this machine's, where it is on all addresses.
    var advertised: String {
        guard ["0.0.0.0", "::"].contains(host) else { return host }
        return ProcessInfo.processInfo.hostName
    }

    /// Whether only this machine can connect.
    var isLoopback: Bool {
        var address = in_addr()
        let isLoopback = inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
        return isLoopback || host == "localhost" || host == "::1"
    }

    /// Without encryption the token and what is sent would travel in the clear.
    /// - Parameter option: that gave the address.
    func requireLoopback(_ option: String) throws(UserError) {
        guard isLoopback else {
            throw UserError(
                "\(option): \(host) is reachable from other machines: encrypt with --tls DIR (dreamer certificates makes "
                    + "the files), listen on 127.0.0.1, or accept readers with --insecure-listen")
        }
    }
}
