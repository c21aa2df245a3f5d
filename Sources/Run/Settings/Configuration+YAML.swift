extension Configuration {
    /// All leaves as YAML, in a fixed order; optional ones that are not set stand there as null. Reading it back, as
    /// the only file of `ConfigurationLayers`, gives an equal configuration.
    public func yaml() -> String {
        SettingsTree(of: self).yaml
    }
}
