import Testing

/// Tests of whole runs, which take minutes: one after the other, so that each has the machine for itself, and only where
/// DREAMER_SLOW_TESTS is set.
@Suite(.serialized, .enabled(if: Program.runsSlowTests)) enum SlowTests {}
