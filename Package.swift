// swift-tools-version: 6.1
import PackageDescription

// The targets stand in the order of their dependencies: each imports only what is above it.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-warnings-as-errors"]),
]

let kernels: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno", "-Wall", "-Wextra", "-Werror"])]

func target(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

// `scripts/fuzz` asks for it: it needs options that all its modules are compiled with, and libFuzzer's `main`.
let fuzzing: [Target] =
    Context.environment["DREAMER_FUZZ"] == nil
    ? []
    : [
        .executableTarget(
            name: "Fuzzer", dependencies: ["HostileInput"], path: "Tests/Fuzzer", swiftSettings: strict)
    ]

let package = Package(
    name: "swift-dreamer",
    products: [.executable(name: "dreamer", targets: ["DreamerCLI"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // System libraries and C
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(
            name: "CProtobufC", pkgConfig: "libprotobuf-c",
            providers: [.apt(["libprotobuf-c-dev", "protobuf-c-compiler"])]),
        .target(name: "CKernels", cSettings: kernels),
        .target(name: "CChecksums", cSettings: kernels),
        // What Swift's Glibc lacks: a flag for opening files, and children that hold no files of their parents.
        .target(name: "CDirectFiles"),
        .target(name: "CSpawning"),
        // Replaces malloc in programs that link it: the benchmarks', and through them the command line.
        .target(name: "CAllocations", cSettings: kernels),

        // Mathematics
        target("Tensors", ["COpenBLAS", "CKernels"]),
        target("Networks", ["Tensors"]),
        target("WorldModels", ["Networks", "Tensors"]),
        target("Agents", ["WorldModels", "Networks", "Tensors"]),

        target("Benchmarks", ["CAllocations", "Agents", "WorldModels", "Tensors"]),

        target("Threads"),

        // Experience: from an environment to bytes and back
        target("Experience"),
        target("Environments", ["CSpawning", "Experience"], resources: [.embedInCode("Python/bridge.py")]),
        target("TrajectoryCodec", ["CLZ4", "CChecksums", "Experience"]),
        target(
            "Replay",
            ["CDirectFiles", "Threads", "Experience", "TrajectoryCodec", .product(name: "GRDB", package: "GRDB.swift")]),

        // The network
        .target(name: "CWireMessages", dependencies: ["CProtobufC"]),
        target(
            "Wire",
            [
                "CWireMessages", "CProtobufC", "TrajectoryCodec", "Experience",
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        target(
            "Transport",
            [
                "Threads", "Wire", "TrajectoryCodec", "Experience", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Configuration and measurements
        target("Diagnostics"),
        target(
            "Certificates",
            [
                "Diagnostics", .product(name: "X509", package: "swift-certificates"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ]),
        target("Settings", ["Diagnostics", "WorldModels", .product(name: "Yams", package: "Yams")]),
        target("Telemetry"),
        target("Reports", ["Diagnostics", "Settings", "Telemetry"]),

        // The roles
        target(
            "Runs",
            ["Settings", "Diagnostics", "Environments", "Experience", "Networks", "WorldModels"]),
        target(
            "ActorService",
            [
                "Runs", "Settings", "Diagnostics", "Threads", "Agents", "Tensors", "Environments",
                "Experience", "TrajectoryCodec", "Wire", "Transport", .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        target(
            "LearnerService",
            [
                "Runs", "Settings", "Diagnostics", "Threads", "Telemetry", "Agents", "WorldModels", "Networks",
                "Tensors", "Environments", "Experience", "TrajectoryCodec", "Replay", "Wire", "Transport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        target(
            "Stress",
            [
                "LearnerService", "Runs", "Settings", "Diagnostics", "Telemetry", "Agents", "WorldModels", "Experience",
                "TrajectoryCodec", "Replay", "Wire", "Transport", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "DreamerCLI",
            dependencies: [
                "ActorService", "LearnerService", "Stress", "Runs", "Settings", "Diagnostics", "Telemetry", "Reports",
                "Agents", "Networks", "WorldModels", "Tensors", "Benchmarks", "Environments", "Threads", "Transport",
                "Certificates",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // Tests
        .target(
            name: "TestThreads", dependencies: ["Threads"], path: "Tests/TestThreads", swiftSettings: strict),
        .target(
            name: "KernelChoice", dependencies: ["CKernels"], path: "Tests/KernelChoice", swiftSettings: strict),
        tests("TensorsTests", ["TestThreads", "Tensors", "CKernels", "KernelChoice"]),
        tests("NetworksTests", ["Networks", "Tensors"]),
        tests("WorldModelsTests", ["TestThreads", "WorldModels", "Networks", "Tensors"]),
        tests(
            "AgentsTests", ["TestThreads", "Agents", "WorldModels", "Networks", "Tensors", "Settings", "KernelChoice"],
            resources: [.copy("Fixtures")]),
        tests("BenchmarksTests", ["Benchmarks", "WorldModels", "Tensors"]),
        tests("EnvironmentsTests", ["TestThreads", "Environments", "Experience"], resources: [.copy("Fixtures")]),
        tests("TrajectoryCodecTests", ["TrajectoryCodec", "Experience", "CChecksums"]),
        .target(
            name: "WireSamples", dependencies: ["Wire", "TrajectoryCodec", "Experience"], path: "Tests/WireSamples",
            swiftSettings: strict),
        tests(
            "WireTests",
            [
                "WireSamples", "Wire", "TrajectoryCodec", "Experience",
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .target(
            name: "HostileInput",
            dependencies: [
                "WireSamples", "Wire", "TrajectoryCodec", "Experience", .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/HostileInput", swiftSettings: strict),
        tests("HostileInputTests", ["TestThreads", "HostileInput"]),
        tests(
            "TransportTests",
            [
                "CAllocations", "Transport", "Certificates", "Threads", "Wire", "TrajectoryCodec", "Experience",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .executableTarget(
            name: "ReplayCrashHelper", dependencies: ["Replay", "Experience", "TrajectoryCodec"],
            path: "Tests/ReplayCrashHelper", swiftSettings: strict),
        tests(
            "ReplayTests",
            [
                "TestThreads", "Threads", "Replay", "Experience", "TrajectoryCodec", "ReplayCrashHelper",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests("CertificatesTests", ["Certificates", "Diagnostics"]),
        tests("SettingsTests", ["Settings", "Diagnostics", "WorldModels"]),
        tests("TelemetryTests", ["Telemetry"]),
        tests(
            "ActorServiceTests",
            [
                "ActorService", "Settings", "Diagnostics", "Wire", "Transport",
                .product(name: "Logging", package: "swift-log"),
            ]),
        tests(
            "LearnerServiceTests",
            [
                "TestThreads", "LearnerService", "Runs", "Settings", "Diagnostics", "Telemetry", "WorldModels",
                "Networks", "Tensors",
                "Experience", "TrajectoryCodec", "Replay", "Transport",
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
            ]),
        tests(
            "StressTests",
            [
                "TestThreads", "Stress", "Experience", "TrajectoryCodec", "Replay",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests("ReportsTests", ["Reports", "Settings", "Diagnostics"]),
        // Starts the program itself: `scripts/test` builds it first.
        tests(
            "SystemTests", ["Replay", "TrajectoryCodec", "Experience", .product(name: "GRDB", package: "GRDB.swift")]),
    ] + fuzzing
)
