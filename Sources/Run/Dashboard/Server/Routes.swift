import Files
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Threads

/// What there is to be asked for.
struct Routes: Sendable {
    let runs: RunList
    let feed: EventFeed
    let gallery: Gallery
    let access: Access
    let isEncrypted: Bool
    /// What a Prometheus server reads; nil where there is nothing to be read.
    let metrics: (@Sendable () -> String)?
    let isReady: @Sendable () -> Bool

    func add(to router: Router<BasicRequestContext>) {
        router.add(middleware: AccessMiddleware(access: access))
        addPage(to: router)
        addHealth(to: router)
        router.get("/api/runs") { _, _ in list() }
        router.get("/api/runs/{run}") { _, context in try all(of: try run(context)) }
        router.get("/api/runs/{run}/pictures/{file}") { _, context in
            try await picture(context.parameters.require("file"), of: try run(context))
        }
        router.get("/api/events") { _, _ in try events() }
    }

    // MARK: Page

    private func addPage(to router: Router<BasicRequestContext>) {
        let files: [(path: RouterPath, bytes: [UInt8], type: String)] = [
            ("/", PackageResources.index_html, "text/html"),
            ("/dashboard.css", PackageResources.dashboard_css, "text/css"),
            ("/dashboard.js", PackageResources.dashboard_js, "text/javascript"),
            ("/charts.js", PackageResources.charts_js, "text/javascript"),
            ("/actors.js", PackageResources.actors_js, "text/javascript"),
            ("/format.js", PackageResources.format_js, "text/javascript"),
            ("/icon.svg", PackageResources.icon_svg, "image/svg+xml"),
            ("/login", PackageResources.login_html, "text/html"),
            ("/login.js", PackageResources.login_js, "text/javascript"),
        ]
        for (path, bytes, type) in files {
            let body = ByteBuffer(bytes: bytes)
            router.get(path) { _, _ in
                Response(
                    status: .ok, headers: [.contentType: "\(type); charset=utf-8"], body: ResponseBody(byteBuffer: body)
                )
            }
        }
        router.post("/login") { request, _ in try await login(request) }
    }

    private func login(_ request: Request) async throws -> Response {
        let form = try await request.body.collect(upTo: 4096)
        let fields = String(buffer: form).split(separator: "&").filter { $0.hasPrefix("token=") }
        guard let token = fields.first?.dropFirst("token=".count),
            let shown = token.replacing("+", with: " ").removingPercentEncoding,
            let cookie = access.login(shown, isEncrypted: isEncrypted)
        else { return Response(status: .seeOther, headers: [.location: "/login#wrong"]) }
        return Response(status: .seeOther, headers: [.location: "/", .setCookie: cookie])
    }

    // MARK: Health

    private func addHealth(to router: Router<BasicRequestContext>) {
        router.get("/health/live") { _, _ in Response.text("live\n") }
        router.get("/health/ready") { _, _ in
            isReady() ? Response.text("ready\n") : Response.text("not ready\n", .serviceUnavailable)
        }
        guard let metrics else { return }
        router.get("/metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: metrics())))
        }
    }

    // MARK: Runs

    private func run(_ context: BasicRequestContext) throws -> ShownRun {
        guard let number = context.parameters.get("run", as: Int.self), let run = runs.run(number) else {
            throw HTTPError(.notFound)
        }
        return run
    }

    private func list() -> Response {
        var json = JSONText()
        json.object { json in
            json.member("live", runs.isLive)
            json.key("runs")
            json.array { json in for run in runs.all { run.writeSummary(to: &json) } }
        }
        return .json(json)
    }

    private func all(of run: ShownRun) throws -> Response {
        var json = JSONText()
        json.object { json in
            // What comes with later events is newer than what follows.
            json.member("number", feed.number)
            json.key("run")
            run.writeAll(to: &json, pictures: gallery.pictures(in: run.pictures))
        }
        return .json(json)
    }

    /// On a thread of its own: a disk may not answer.
    private func picture(_ file: String, of run: ShownRun) async throws -> Response {
        guard let picture = Picture(file: file) else { throw HTTPError(.notFound) }
        let path = "\(run.pictures)/\(picture.file)"
        let bytes: [UInt8]? = try? await DedicatedThread.run("picture", with: path) { path in
            let file = try OpenFile(path, for: .reading)
            return file.count <= Picture.maximumBytes ? try file.read(file.count) : []
        }
        guard let bytes, !bytes.isEmpty else { throw HTTPError(.notFound) }
        return Response(
            status: .ok, headers: [.contentType: picture.mediaType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func events() throws -> Response {
        guard let events = feed.listen() else { throw HTTPError(.serviceUnavailable) }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream"], body: ResponseBody(asyncSequence: events))
    }
}

extension Response {
    fileprivate static func json(_ json: JSONText) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
