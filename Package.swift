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

let package = Package(
    name: "swift-dreamer",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // System libraries and C
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(name: "CKernels", cSettings: kernels),

        // Mathematics
        target("Tensors", ["COpenBLAS", "CKernels"]),
        target("Networks", ["Tensors"]),
        target("WorldModels", ["Networks", "Tensors"]),
        target("Agents", ["WorldModels", "Networks", "Tensors"]),

        // Experience
        target("Experience"),
        target("Environments", ["Experience"], resources: [.embedInCode("Python/bridge.py")]),

        // Configuration and measurements
        target("Diagnostics"),
        target("Settings", ["Diagnostics", "WorldModels", .product(name: "Yams", package: "Yams")]),
        target("Telemetry"),

        // Tests
        .target(
            name: "KernelChoice", dependencies: ["CKernels"], path: "Tests/KernelChoice", swiftSettings: strict),
        tests("TensorsTests", ["Tensors", "CKernels", "KernelChoice"]),
        tests("NetworksTests", ["Networks", "Tensors"]),
        tests("WorldModelsTests", ["WorldModels", "Networks", "Tensors", "KernelChoice"]),
        tests(
            "AgentsTests", ["Agents", "WorldModels", "Networks", "Tensors", "KernelChoice"],
            resources: [.copy("Fixtures")]),
        tests("EnvironmentsTests", ["Environments", "Experience"], resources: [.copy("Fixtures")]),
        tests("SettingsTests", ["Settings", "Diagnostics", "WorldModels"]),
        tests("TelemetryTests", ["Telemetry"]),
    ]
)
