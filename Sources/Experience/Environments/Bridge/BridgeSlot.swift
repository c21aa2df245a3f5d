/// Where environments that belong together find the process that plays them. One that has ended is replaced.
final class BridgeSlot {
    private let host: PythonHost
    private var bridge: PythonBridge?

    init(_ host: PythonHost) {
        self.host = host
    }

    /// - Parameter fresh: whether only a new process will do; others go on in the old one.
    func running(fresh: Bool = false) throws(EnvironmentError) -> PythonBridge {
        if !fresh, let bridge, bridge.identifier != nil { return bridge }
        let new = try PythonBridge(host)
        bridge = new
        return new
    }
}
