import Foundation
import Glibc
import Tensors
import Threads

extension Examination {
    /// Bytes of memory below which the larger sizes do not fit.
    private static let scarceMemory = 4 << 30

    var machine: [Finding] { [kernels, library, processors, memory] }

    private var kernels: Finding {
        let set = MatrixLibrary.instructionSet
        guard set == "baseline" else { return Finding("kernels", "own kernels for \(set)") }
        return Finding(
            "kernels", .warning, "own kernels without AVX2: several times slower",
            advice: "unset DREAMER_KERNELS, or use a processor with AVX2 or AVX-512")
    }

    private var library: Finding {
        guard let forced = MatrixLibrary.forcedCore else {
            return Finding("blas", "OpenBLAS for \(MatrixLibrary.core)")
        }
        return Finding(
            "blas", .warning, "OPENBLAS_CORETYPE=\(forced) holds OpenBLAS to \(MatrixLibrary.core)",
            advice: "unset OPENBLAS_CORETYPE, unless the site wants it")
    }

    private var processors: Finding {
        let text = Processors.description
        guard Processors.usable < 2 else { return Finding("processors", text) }
        return Finding(
            "processors", .warning, text + ": learner and actors share it",
            advice: "raise the container's quota or the affinity mask, or choose a smaller --size")
    }

    private var memory: Finding {
        let lines = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let line = lines.first { $0.hasPrefix("MemAvailable:") }?.split(separator: " ") ?? []
        guard line.count > 1, let kilobytes = Int(line[1]) else {
            return Finding("memory", .warning, "/proc/meminfo does not say how much is free")
        }
        let text = String(format: "%.1f GiB available", Double(kilobytes) / 1_048_576)
        guard kilobytes << 10 < Self.scarceMemory else { return Finding("memory", text) }
        return Finding(
            "memory", .warning, text,
            advice: "`dreamer inspect` says what a size needs; lower replay.cache_bytes or choose a smaller --size")
    }

    var clock: Finding {
        let now = Date()
        // Before this program was written: certificates would not be valid yet.
        guard now.timeIntervalSince1970 > 1_760_000_000 else {
            return Finding("clock", .fault, "the clock says \(now)", advice: "set the clock, for instance with NTP")
        }
        return Finding("clock", "\(now); with --tls it must agree with those of other machines")
    }

    var descriptors: Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let text = limit.rlim_max > 1 << 40 ? "any number may be open" : "\(limit.rlim_max) may be open"
        switch limit.rlim_max {
        case ..<128:
            return Finding(
                "descriptors", .fault, text, advice: "a learner needs 128: raise the hard limit (ulimit -Hn)")
        case ..<4096:
            return Finding(
                "descriptors", .warning, text, advice: "for hundreds of actors raise the hard limit (ulimit -Hn)")
        default: return Finding("descriptors", text)
        }
    }

    var port: Finding {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(clamping: listen.port)).bigEndian
        let (name, advice) = ("\(listen.host):\(listen.port)", "stop what listens there, or use --listen HOST:0")
        guard inet_pton(AF_INET, listen.host, &address.sin_addr) == 1 else {
            return Finding("port", .warning, "\(name) is no IPv4 address and was not tried")
        }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return Finding("port", .fault, "no socket can be made") }
        defer { Glibc.close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        // Safe: bind gets the address of a sockaddr_in and its size, for the time of the call.
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result != 0 else { return Finding("port", "\(name) is free") }
        return Finding("port", .warning, "\(name): \(String(cString: strerror(errno)))", advice: advice)
    }
}
