import Foundation
import HostileInput

// libFuzzer's, which has no header.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// What the package manager makes of `main` in an executable. Writes the seeds to the directory that DREAMER_FUZZ_SEEDS
/// names, then leaves everything to libFuzzer.
@_cdecl("Fuzzer_main")
public func fuzz(
    _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
    if let directory = ProcessInfo.processInfo.environment["DREAMER_FUZZ_SEEDS"] {
        for (number, seed) in HostileInput.seeds.enumerated() {
            _ = FileManager.default.createFile(atPath: "\(directory)/seed-\(number)", contents: Data(seed))
        }
    }
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments) { bytes, count in
        HostileInput.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    }
}
