import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// Turns away who may not look, and tells browsers what this page may do: nothing but what comes from here.
struct AccessMiddleware<Context: RequestContext>: RouterMiddleware {
    let access: Access
    /// Paths that everybody may ask for: whether the learner is alive is no secret, and the form asks for the token.
    private static var open: Set<String> {
        ["/health/live", "/health/ready", "/login", "/login.js", "/dashboard.css", "/icon.svg"]
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await answer(request, context, next)
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    private func answer(
        _ request: Request, _ context: Context, _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if Self.open.contains(request.uri.path) { return try await next(request, context) }
        switch access.judge(request.headers, authority: request.head.authority) {
        case .admitted: return try await next(request, context)
        case .foreignName: return .text("ask for this page as localhost, or with --listen and a token\n", .forbidden)
        case .unknown: break
        }
        // A person is asked for the token; a program is told.
        guard request.uri.path == "/" else { return .text("the run's token is needed\n", .unauthorized) }
        return Response(status: .seeOther, headers: [.location: "/login"])
    }
}

extension HTTPField.Name {
    fileprivate static var referrerPolicy: HTTPField.Name {
        // A constant that is a token.
        HTTPField.Name("Referrer-Policy")!
    }
}

extension Response {
    static func text(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
