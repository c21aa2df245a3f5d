import Diagnostics

extension Configuration {
    /// Reads what `yaml` has written.
    public init(_ file: ConfigurationFile) throws(UserError) {
        var layers = ConfigurationLayers()
        layers.files = [file]
        self = try layers.resolve()
    }

    /// All leaves as YAML, in a fixed order; optional ones that are not set stand there as null. Reading it back, as
    /// the only file of `ConfigurationLayers`, gives an equal configuration.
    public func yaml() -> String {
        SettingsTree(of: self).yaml
    }
}
