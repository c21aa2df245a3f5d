// swift-tools-version: 6.2
import PackageDescription

// Sources and tests stand in six wings. Within `targets` the order is that of dependencies: each target imports only what
// is above it.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // Tests see what is internal in release, too, with the products that the program is linked from.
    .unsafeFlags(["-warnings-as-errors", "-enable-testing"]),
]

let kernels: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno", "-Wall", "-Wextra", "-Werror"])]

/// A folder of `Sources` and of `Tests`: where its targets lie.
struct Wing {
    let name: String

    func target(
        _ target: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []
    ) -> Target {
        .target(
            name: target, dependencies: dependencies, path: "Sources/\(name)/\(target)", resources: resources,
            swiftSettings: strict)
    }

    func c(_ target: String, _ dependencies: [Target.Dependency] = [], settings: [CSetting] = []) -> Target {
        .target(
            name: target, dependencies: dependencies, path: "Sources/\(name)/\(target)", cSettings: settings)
    }

    func library(_ library: String, pkgConfig: String, debian packages: [String]) -> Target {
        .systemLibrary(
            name: library, path: "Sources/\(name)/\(library)", pkgConfig: pkgConfig, providers: [.apt(packages)])
    }

    /// Declarations in C without a body.
    func header(_ header: String) -> Target { .systemLibrary(name: header, path: "Sources/\(name)/\(header)") }

    func program(_ program: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(
            name: program, dependencies: dependencies, path: "Sources/\(name)/\(program)", swiftSettings: strict)
    }

    func tests(_ target: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
        .testTarget(
            name: target, dependencies: dependencies, path: "Tests/\(name)/\(target)", resources: resources,
            swiftSettings: strict)
    }

    /// What several test targets use.
    func support(_ target: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
        .target(
            name: target, dependencies: dependencies, path: "Tests/\(name)/\(target)", resources: resources,
            swiftSettings: strict)
    }

    /// The same in C.
    func cSupport(_ target: String) -> Target {
        .target(name: target, path: "Tests/\(name)/\(target)", cSettings: kernels)
    }

    /// A program that tests start.
    func helper(_ program: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(
            name: program, dependencies: dependencies, path: "Tests/\(name)/\(program)", swiftSettings: strict)
    }
}

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let system = Wing(name: "System")
let mathematics = Wing(name: "Mathematics")
let experience = Wing(name: "Experience")
let network = Wing(name: "Network")
let run = Wing(name: "Run")
let roles = Wing(name: "Roles")

// `scripts/fuzz` asks for it: it needs options that all its modules are compiled with, and libFuzzer's `main`.
let fuzzing: [Target] =
    Context.environment["DREAMER_FUZZ"] == nil
    ? []
    : [
        network.helper("Fuzzer", ["HostileInput"])
    ]

let package = Package(
    name: "swift-dreamer",
    products: [
        .executable(name: "dreamer", targets: ["DreamerCLI"]),
        .executable(name: "dreamer-allocations", targets: ["AllocationCount"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // Without its traits: settings come from here, and so does what touches files.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // Its Foundation trait is off: nothing here needs it.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // System libraries and C
        mathematics.library("COpenBLAS", pkgConfig: "openblas", debian: ["libopenblas-dev"]),
        experience.library("CLZ4", pkgConfig: "liblz4", debian: ["liblz4-dev"]),
        network.library(
            "CProtobufC", pkgConfig: "libprotobuf-c", debian: ["libprotobuf-c-dev", "protobuf-c-compiler"]),
        mathematics.c("CKernels", settings: kernels),
        // Checksums, and what Swift's Glibc lacks for opening files and for children that hold none of their parents'.
        system.c("CPlatform", settings: kernels),
        // Replaces malloc in programs that link it: tests, and the one that counts a step's allocations.
        mathematics.c("CAllocations", settings: kernels),

        // System
        system.target("Diagnostics"),
        system.target("Numbers"),
        // Pixels, PNG and GIF.
        system.target("Pictures"),
        system.target("Threads", ["CPlatform", "Diagnostics"]),
        system.target("Files", ["CPlatform", "Diagnostics", systemPackage]),
        system.target(
            "Processes",
            [
                "CPlatform", "Diagnostics", "Files", systemPackage,
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]),

        // What a setting is, and the agent's choice: what every other room is told
        run.target("Fields", ["Diagnostics"]),
        run.target("AgentChoice", ["Diagnostics", "Fields"]),
        // What a run measures, as values: who measures and who shows it import this.
        run.target("Measurements"),

        // Mathematics
        mathematics.target("Tensors", ["COpenBLAS", "CKernels", "Diagnostics", "Numbers"]),
        mathematics.target("Networks", ["CPlatform", "Files", "Tensors"]),
        mathematics.target("WorldModels", ["AgentChoice", "Measurements", "Networks", "Tensors"]),
        mathematics.target(
            "Agents", ["Numbers", "AgentChoice", "Measurements", "WorldModels", "Networks", "Tensors"]),
        mathematics.target(
            "Inspection",
            ["Numbers", "AgentChoice", "Measurements", "Agents", "WorldModels", "Networks", "Tensors"]),
        // What agents see, drawn; and how much of what they predict is not there.
        mathematics.target("Visions", ["AgentChoice", "Agents", "Pictures", "Tensors", "WorldModels"]),
        mathematics.target(
            "Benchmarks",
            ["Numbers", "AgentChoice", "Measurements", "Inspection", "Agents", "WorldModels", "Tensors"]),

        // The acting step as an ONNX graph
        mathematics.target("Onnx", ["AgentChoice", "Agents", "Tensors", "WorldModels"]),

        // Experience: from an environment to bytes and back
        experience.target("Experience", ["Diagnostics", "Fields"]),
        experience.target(
            "Environments", ["Processes", "Files", "Numbers", "Threads", "Diagnostics", "Fields", "Experience"],
            resources: [
                .embedInCode("Python/backgrounds.py"), .embedInCode("Python/bridge.py"),
                .embedInCode("Python/spaces.py"), .embedInCode("Python/failures.py"),
            ]),
        experience.target(
            "TrajectoryCodec", ["CLZ4", "CPlatform", "Experience", .product(name: "NIOCore", package: "swift-nio")]),
        experience.target(
            "Replay",
            [
                "Files", "Numbers", "Threads", "Diagnostics", "Fields", "Experience", "TrajectoryCodec", systemPackage,
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationEssentialsCompat", package: "swift-nio"),
            ]),
        // Episodes as files
        experience.target("Episodes", ["Diagnostics", "Files", "Experience", "TrajectoryCodec", "Replay"]),

        // The network
        network.c("CWireMessages", ["CProtobufC"]),
        network.target(
            "Wire",
            [
                "CWireMessages", "CProtobufC", "Diagnostics", "Numbers", "TrajectoryCodec", "Experience",
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        network.target(
            "Transport",
            [
                "Numbers", "Threads", "Wire", "TrajectoryCodec", "Experience",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Processes that train one agent: the functions of a library that is loaded where there is a group.
        network.header("CCollective"),
        network.target("Collective", ["CCollective", "Diagnostics", "Numbers"]),

        // Configuration and measurements
        // Makes certificates with the openssl command.
        network.target("Certificates", ["Diagnostics", "Files", systemPackage]),
        run.target(
            "Settings",
            [
                "Diagnostics", "Files", "Fields", "Numbers", "AgentChoice", "Experience",
                .product(name: "Yams", package: "Yams"),
            ],
            // A link to the page in docs: what a key means is said once.
            resources: [.embedInCode("configuration.md")]),
        // Sinks of measurements
        run.target("MetricsFile", ["Files", "Threads", "Measurements", systemPackage]),
        run.target("Display", ["Measurements"]),
        run.c("CEventMessages", ["CProtobufC"]),
        run.target(
            "TensorBoard",
            ["CEventMessages", "CPlatform", "CProtobufC", "Files", "Measurements", "MetricsFile", "Threads"]),
        run.target(
            "Reports",
            ["AgentChoice", "Diagnostics", "Environments", "Experience", "Settings", "Measurements", "Display"],
            resources: [
                "atari-human-random", "dymodreamer-poster-atari", "dymodreamer-poster-crafter",
                "dymodreamer-poster-dmc",
                "mudreamer-table-1", "mudreamer-table-2", "mudreamer-table-3", "mudreamer-table-4",
                "mudreamer-table-11",
                "mudreamer-table-12",
            ].map { .embedInCode("Published/Tables/\($0).csv") }),

        run.target("Prometheus", ["Measurements", .product(name: "CoreMetrics", package: "swift-metrics")]),
        run.target(
            "Dashboard",
            [
                "Diagnostics", "Files", "Threads", "Measurements", "Prometheus", systemPackage,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [
                "actors.js", "charts.js", "dashboard.css", "dashboard.js", "format.js", "icon.svg", "index.html",
                "login.html",
                "login.js",
            ].map { .embedInCode("Page/\($0)") }),

        // The roles
        run.target(
            "Runs",
            [
                "AgentChoice", "Settings", "Diagnostics", "Files", "Numbers", "Threads", "Environments", "Experience",
                "TrajectoryCodec", systemPackage,
            ]),
        run.target(
            "RunList", ["AgentChoice", "Diagnostics", "Experience", "Files", "Measurements", "Runs", "Settings"]),
        roles.target(
            "ActorService",
            [
                "AgentChoice", "Runs", "Settings", "Diagnostics", "Files", "Processes", "Numbers", "Threads", "Agents",
                "Measurements", "Tensors",
                "Environments", "Experience", "TrajectoryCodec", "Wire", "Transport", systemPackage,
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        roles.target(
            "LearnerService",
            [
                "AgentChoice", "Runs", "Settings", "Diagnostics", "Files", "Threads", "Measurements", "MetricsFile",
                "Inspection", "Agents", "Visions", "WorldModels", "Networks", "TensorBoard",
                "Tensors", "Environments", "Experience", "TrajectoryCodec", "Replay", "Wire", "Transport",
                "Collective", "Numbers",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        roles.target(
            "Stress",
            [
                "AgentChoice", "ActorService", "Dashboard", "LearnerService", "Runs", "Settings", "Diagnostics",
                "Measurements", "Processes", "Numbers", "Threads", "Display",
                "Agents",
                "Experience",
                "TrajectoryCodec", "Replay", "Wire", "Transport", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        // Not part of `dreamer`, whose malloc is the system's.
        mathematics.program(
            "AllocationCount",
            [
                "CAllocations", "AgentChoice", "Settings", "Benchmarks",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        // Starts the roles as processes, and keeps them going.
        roles.target(
            "Supervision",
            [
                "AgentChoice", "Agents", "Benchmarks", "Files", "Threads", "Processes", "Experience", "Environments",
                "Runs", "Settings", "Visions",
                "Diagnostics", "Measurements", "MetricsFile", "Display", "ActorService", "LearnerService",
            ]),
        // Many runs, one after the other or some at a time.
        roles.target(
            "BenchmarkRuns",
            [
                "AgentChoice", "Benchmarks", "Diagnostics", "Display", "Environments", "Files", "Measurements",
                "Processes",
                "Reports", "Runs", "Threads",
                "Settings", "Supervision", .product(name: "Yams", package: "Yams"),
            ]),
        // Taking a policy away, and playing with it elsewhere.
        roles.target(
            "Exports",
            [
                "AgentChoice", "ActorService", "Agents", "Diagnostics", "Experience", "Fields", "Files",
                "LearnerService", "Networks", "Onnx", "Pictures", "Runs", "Settings", "Tensors",
            ]),
        // From which commit the program was built.
        roles.c("CBuild"),
        // Looks at a machine before a run does.
        roles.target("Doctor", ["Environments", "Files", "Tensors", "Threads"]),
        roles.program(
            "DreamerCLI",
            [
                "CBuild", "Collective", "Exports", "Episodes",
                "AgentChoice", "ActorService", "BenchmarkRuns", "Doctor", "LearnerService", "RunList", "Stress",
                "Supervision",
                "Runs",
                "Settings",
                "Diagnostics", "Fields", "Files",
                "Processes", "Numbers",
                "Measurements", "Display", "Dashboard", "Reports", "Inspection", "Agents", "Networks", "Visions",
                "WorldModels",
                "Tensors", "Benchmarks", "Environments", "Experience", "Replay", "Threads",
                "Transport", "Wire",
                "Certificates",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),

        // Tests
        system.support("TestSupport", ["Threads", .product(name: "Logging", package: "swift-log")]),
        system.tests("NumbersTests", ["Numbers"]),
        system.support("ThreadMeetings", []),
        system.support("PictureReaders", ["Pictures"]),
        system.tests("PicturesTests", ["Numbers", "Pictures", "PictureReaders"]),
        system.tests("FilesTests", ["TestSupport", "Diagnostics", "Files", systemPackage]),
        system.tests("ProcessesTests", ["TestSupport", "Files", "Processes", systemPackage]),
        system.tests("ThreadsTests", ["TestSupport", "Numbers", "Threads"]),
        mathematics.support("KernelChoice", ["CKernels"]),
        mathematics.tests("TensorsTests", ["TestSupport", "Tensors", "CKernels", "KernelChoice"]),
        mathematics.tests("NetworksTests", ["TestSupport", "Networks", "Tensors"]),
        mathematics.tests(
            "WorldModelsTests", ["TestSupport", "AgentChoice", "Measurements", "WorldModels", "Networks", "Tensors"]),
        mathematics.support(
            "AgentFixtures",
            ["AgentChoice", "Measurements", "Inspection", "Agents", "WorldModels", "Networks", "Tensors"],
            resources: [.copy("Fixtures")]),
        mathematics.tests(
            "AgentsTests",
            [
                "TestSupport", "AgentFixtures", "AgentChoice", "Measurements", "Inspection", "Agents", "WorldModels",
                "Networks", "Tensors", "Settings", "ThreadMeetings",
            ]),
        mathematics.tests(
            "InspectionTests",
            [
                "TestSupport", "Numbers", "AgentFixtures", "AgentChoice", "Measurements", "Inspection", "Agents",
                "WorldModels",
                "Networks",
                "Tensors", "Settings", "KernelChoice",
            ]),
        mathematics.tests("VisionsTests", ["Pictures", "Visions"]),
        mathematics.tests(
            "BenchmarksTests",
            ["CAllocations", "AgentChoice", "Measurements", "Benchmarks", "WorldModels", "Tensors"]),
        experience.tests(
            "EnvironmentsTests", ["TestSupport", "Numbers", "Environments", "Experience"],
            resources: [.copy("Fixtures")]),
        experience.tests("ExperienceTests", ["Experience"]),
        experience.tests(
            "TrajectoryCodecTests",
            [
                "Numbers", "TrajectoryCodec", "Experience", "CPlatform",
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        network.support("WireSamples", ["Numbers", "Wire", "TrajectoryCodec", "Experience"]),
        network.tests(
            "WireTests",
            [
                "TestSupport",
                "WireSamples", "Diagnostics", "Numbers", "Wire", "TrajectoryCodec", "Experience",
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        network.support(
            "HostileInput",
            [
                "WireSamples", "Diagnostics", "Wire", "Transport", "TrajectoryCodec", "Experience", "Replay",
                "LearnerService",
                "Settings", "Measurements", "Threads", .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        network.tests("HostileInputTests", ["TestSupport", "Numbers", "HostileInput"]),
        network.tests(
            "TransportTests",
            [
                "TestSupport", "WireSamples",
                "CAllocations", "Transport", "Certificates", "Threads", "Wire", "TrajectoryCodec", "Experience",
                "Replay",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        experience.helper("ReplayCrashHelper", ["Numbers", "Replay", "Experience", "TrajectoryCodec"]),
        // Replaces the C library's functions that change files in the program that links it, and in no test.
        experience.cSupport("CDiskCalls"),
        experience.support(
            "DiskAttacks",
            [
                "Files", "Numbers", "Replay", "Experience", "TrajectoryCodec",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        experience.helper("ReplayDiskHelper", ["CDiskCalls", "DiskAttacks", "Experience", "Replay", "Threads"]),
        experience.tests(
            "ReplayTests",
            [
                "TestSupport", "Files", "Numbers", "Threads", "Replay", "Experience", "TrajectoryCodec",
                "ReplayCrashHelper", "ReplayDiskHelper", "DiskAttacks", systemPackage,
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "NIOCore", package: "swift-nio"),
            ]),
        experience.tests(
            "EpisodesTests", ["TestSupport", "Episodes", "Replay", "Experience", "TrajectoryCodec"],
            resources: [.embedInCode("numpy.npz")]),
        network.support("GroupOfThreads", ["Collective", "Numbers", "ThreadMeetings"]),
        network.tests("CollectiveTests", ["TestSupport", "Collective", "Diagnostics", "GroupOfThreads"]),
        network.tests("CertificatesTests", ["Certificates", "Diagnostics"]),
        run.tests("FieldsTests", ["Fields", "Diagnostics"]),
        run.tests(
            "SettingsTests",
            [
                "TestSupport", "AgentChoice", "Settings", "Fields", "Experience", "Diagnostics", "Environments",
            ]),
        run.tests("MeasurementsTests", ["TestSupport", "Measurements"]),
        run.tests("MetricsFileTests", ["TestSupport", "MetricsFile", "Measurements"]),
        run.tests("TensorBoardTests", ["TestSupport", "Measurements", "Pictures", "TensorBoard"]),
        run.tests("DisplayTests", ["Display", "Measurements"]),
        roles.tests(
            "ActorServiceTests",
            [
                "TestSupport", "AgentChoice", "ActorService", "Runs", "Settings", "Diagnostics", "Agents",
                "Environments",
                "Experience", "TrajectoryCodec", "Wire", "Transport", .product(name: "Logging", package: "swift-log"),
            ]),
        roles.tests(
            "LearnerServiceTests",
            [
                "AgentChoice", "Collective", "GroupOfThreads", "TestSupport", "Threads", "Wire", "LearnerService",
                "Runs", "Settings", "Diagnostics",
                "Measurements",
                "Networks", "Tensors", "Agents", "Numbers",
                "Experience", "TrajectoryCodec", "Replay", "Transport",
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
            ],
            resources: [.copy("Fixtures")]),
        // A process of a group, as mpirun starts it.
        roles.helper(
            "GroupHelper",
            ["AgentFixtures", "Agents", "Collective", "GroupOfThreads", "LearnerService", "Measurements", "Tensors"]),
        roles.tests("GroupTests", ["TestSupport", "GroupHelper"]),
        roles.tests(
            "StressTests",
            [
                "TestSupport", "ActorService", "Stress", "Experience", "TrajectoryCodec", "Replay",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        run.tests(
            "RunsTests",
            ["TestSupport", "AgentChoice", "Runs", "Settings", "Diagnostics", "Environments", "Experience"]),
        roles.tests(
            "SupervisionTests",
            [
                "TestSupport", "Supervision", "Processes", "Runs", "Settings", "Diagnostics", "Measurements", "Display",
                "Experience",
            ]),
        roles.tests(
            "BenchmarkRunsTests",
            [
                "TestSupport", "AgentChoice", "BenchmarkRuns", "Diagnostics", "Measurements", "Reports", "Runs",
                "Settings",
                "Supervision",
            ]),
        run.tests("ReportsTests", ["Environments", "Reports", "Settings", "Diagnostics", "Measurements"]),
        roles.tests(
            "ExportsTests",
            [
                "TestSupport", "AgentChoice", "AgentFixtures", "Agents", "Diagnostics", "Experience", "Exports",
                "Networks", "PictureReaders", "Pictures",
                "Settings", "Tensors",
            ]),
        run.tests(
            "PrometheusTests",
            ["TestSupport", "Prometheus", "Measurements", .product(name: "CoreMetrics", package: "swift-metrics")]),
        run.tests(
            "DashboardTests",
            [
                "TestSupport", "Dashboard", "Diagnostics", "Measurements",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ], resources: [.copy("Browser")]),
        // Starts the program itself: `scripts/test` builds it first.
        roles.tests(
            "SystemTests",
            [
                "TestSupport", "PictureReaders", "Pictures", "Replay", "TrajectoryCodec", "Experience",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
    ] + fuzzing
)

// `scripts/sanitize` asks for what it tests and no more: with a sanitizer, the rest would take many minutes.
if let roots = Context.environment["DREAMER_SANITIZE"] {
    var wanted = Set(roots.split(separator: ",").map(String.init))
    // Each target stands below those that it needs.
    for target in package.targets.reversed() where wanted.contains(target.name) {
        for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
    }
    package.targets.removeAll { !wanted.contains($0.name) }
    package.products = []
}
