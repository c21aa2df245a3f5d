// swift-tools-version: 6.1
import PackageDescription

let swift: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-warnings-as-errors"]),
]
let package = Package(
    name: "swift-dreamer",
    targets: [
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-fno-math-errno", "-Wall", "-Werror"])]),
        .target(name: "Tensors", dependencies: ["COpenBLAS", "CKernels"], swiftSettings: swift),
        .target(name: "Networks", dependencies: ["Tensors"], swiftSettings: swift),
        .target(name: "WorldModels", dependencies: ["Networks", "Tensors"], swiftSettings: swift),
        .target(name: "Agents", dependencies: ["WorldModels", "Networks", "Tensors"], swiftSettings: swift),
        .executableTarget(name: "ParityScratch", dependencies: ["Agents", "Tensors", "Networks"]),
    ]
)
