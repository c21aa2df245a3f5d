import ArgumentParser
import Certificates

struct CertificatesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificates",
        abstract: "Make an authority and certificates with which learner and actors know each other.",
        discussion: """
            Examples:
              dreamer certificates --output tls --hosts learner.example --days 365
            """)

    @Option(help: "Directory for the files.")
    var output: String

    @Option(help: "Names and addresses under which actors reach the learner, separated by commas; loopback is added.")
    var hosts = ""

    @Option(parsing: .unconditional, help: "Days until they expire.")
    var days = 365

    func run() throws {
        let names = hosts.split(separator: ",").map(String.init)
        try CertificateDirectory.create(output, hosts: names, days: days)
        Output.error(
            "certificates: \(output) is for the learner (--tls \(output)); take ca.pem, actor.pem and actor-key.pem to "
                + "actors' hosts, and keep ca-key.pem where nobody else reads")
    }
}
