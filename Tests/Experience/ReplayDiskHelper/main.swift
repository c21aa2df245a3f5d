// Stores trajectories while all that it does to files is written down, or while calls are made to fail:
//   record DIRECTORY LOG TRAJECTORIES [failing]
//   faults DIRECTORY STRIDE

import DiskAttacks

let arguments = CommandLine.arguments
switch arguments.count > 3 ? arguments[1] : "" {
case "record":
    try Recorder(directory: arguments[2], log: arguments[3], isFailing: arguments.last == "failing")
        .run(trajectories: Int(arguments[4]) ?? 0)
case "faults": try FaultTrials(directory: arguments[2], stride: Int(arguments[3]) ?? 1).run()
default: fatalError("unknown arguments: \(arguments)")
}
