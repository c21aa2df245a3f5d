import Foundation
import TestSupport

/// An interpreter that plays environments of its own over the bridge's socket, without any package: what real ones do at
/// their worst. Its processes have the directory's path among their arguments.
struct FakePython {
    enum Manner: String {
        /// Episodes of ten steps.
        case good
        /// No episode ever ends.
        case endless
        /// Ten steps, then nothing, but words on standard error, and a child that sleeps.
        case hanging
        /// Not even the environment can be made.
        case hangingFromTheStart
    }

    static let interpreter = "/usr/bin/python3"
    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: interpreter) }
    /// A task whose family asks for Python.
    static let task = "gym/CartPole-v1"

    let path: String

    init(_ manner: Manner, in directory: TemporaryDirectory) throws {
        path = directory("python-\(manner.rawValue)")
        try Self.program(manner, marker: path).write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// What runs of it and of what it has started.
    var processes: [Int32] {
        Processes.withArgument(path).filter { !$0.value.contains("--python") }.keys.sorted()
    }

    private static func program(_ manner: Manner, marker: String) -> String {
        """
        #!\(interpreter)
        import json, os, struct, subprocess, sys, time
        manner, requests, answers = "\(manner.rawValue)", os.fdopen(3, "rb"), os.fdopen(os.dup(3), "wb")
        # -I -c LOADER, then the bridge's own modules by name and length.
        for length in sys.argv[5::2]: requests.read(int(length))
        side, steps = 64, 0

        def hang():
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)", "\(marker)"])
            while True:
                print("retrying", file=sys.stderr, flush=True)
                time.sleep(0.5)

        while len(header := requests.read(12)) == 12:
            operation, number, length = struct.unpack("<III", header)
            payload = requests.read(length)
            flags, result = 0, b""
            if operation == 0:
                if manner == "hangingFromTheStart": hang()
                side = json.loads(payload)["image"]
                result = json.dumps({"choices": [2], "numbers": 0, "image": True, "vector": 0, "notes": []}).encode()
            elif operation == 1:
                flags, result = 1, bytes(side * side * 3)
            elif operation == 2:
                steps += 1
                if manner == "hanging" and steps > 10: hang()
                flags, result = 2 if manner == "good" and steps % 10 == 0 else 0, bytes(side * side * 3)
            answers.write(struct.pack("<BBHfI", 0, flags, 0, 0.0, len(result)) + result)
            answers.flush()
        """
    }
}
