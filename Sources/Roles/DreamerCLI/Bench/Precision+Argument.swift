import ArgumentParser
import Numbers

extension Precision: ExpressibleByArgument {}
