import Diagnostics
import Environments
import Experience
import Settings

/// What of this machine a learner's configuration may name, because whoever started the actor has named it.
public struct Allowance: Sendable {
    /// Python modules and files that its task imports.
    public var modules: Set<String>
    /// Folders whose pictures are shown behind its task.
    public var folders: Set<String>

    public init(modules: Set<String> = [], folders: Set<String> = []) {
        self.modules = modules
        self.folders = folders
    }

    /// - Throws: one line where the environment would use something else.
    func check(_ configuration: Configuration, for purpose: EnvironmentPurpose) throws(UserError) {
        let (id, options) = (configuration.environment.id, configuration.environment.options)
        if let module = EnvironmentRegistry.importedModule(of: id), !modules.contains(module) {
            throw UserError(
                "the learner plays \(id), which imports the Python module \(module) here: "
                    + "start the actor with --gym-module \(module) if that is meant")
        }
        let folder = options.shownBackgrounds(for: purpose) ?? ""
        guard folder.isEmpty || folders.contains(folder) else {
            throw UserError(
                "the learner plays \(id) before what is in the folder \(folder) here: "
                    + "start the actor with --backgrounds \(folder) if that is meant")
        }
    }
}
