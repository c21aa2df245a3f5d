import Dashboard
import Diagnostics
import Foundation
import Measurements
import Runs
import Settings
import Transport

/// Where a dashboard listens.
struct DashboardOptions {
    private var options: DashboardServer.Options
    private let isLoopback: Bool

    /// - Parameters:
    ///   - option: that gave the address.
    ///   - advertised: this machine's name for others; nil for its host name.
    init(
        _ listen: String, option: String, tls: TLSFiles?, insecure: Bool, advertised: String? = nil
    ) throws(UserError) {
        let endpoint = try Endpoint(listen, option: option)
        if tls == nil, !insecure { try endpoint.requireLoopback(option) }
        isLoopback = endpoint.isLoopback
        options = DashboardServer.Options(host: endpoint.host, port: endpoint.port)
        options.advertisedHost = advertised
        // Another port of this machine is as good; another one that others reach, nobody has asked for.
        if isLoopback { options.furtherPorts = 99 }
        // A certificate names the host that others reach.
        if let tls, !isLoopback { options.encryption = .init(certificate: tls.certificate, key: tls.key) }
    }

    /// Nil where there is to be none.
    init?(
        _ settings: DashboardSettings, tls: TLSFiles?, insecure: Bool, advertised: String?
    ) throws(UserError) {
        guard let listen = settings.listen else { return nil }
        try self.init(
            listen, option: "dashboard.listen", tls: tls, insecure: insecure, advertised: advertised)
    }

    /// For a server whose visitors from elsewhere have to show `token`.
    func server(token: @autoclosure () throws(UserError) -> String) throws(UserError) -> DashboardServer.Options {
        var options = options
        if !isLoopback { options.token = try token() }
        return options
    }

    func learner(
        in directory: RunDirectory, token: String, _ settings: DashboardSettings, _ measurements: MeasurementHub
    ) throws(UserError) -> LearnerDashboard {
        LearnerDashboard(
            try server(token: token), name: directory.url.lastPathComponent, metricsFile: directory.metricsFile.path,
            pictures: directory.pictures.path, actorSeries: settings.actorSeries, measurements: measurements)
    }
}
