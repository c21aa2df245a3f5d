import Diagnostics
import Files
import Foundation
import SystemPackage

/// A file in which a learner says where it listens; replaced whole, so that whoever reads it finds all of it.
public struct AddressFile: Sendable {
    public let path: String

    public init(_ path: String) {
        self.path = path
    }

    /// The file of another rank of the same group.
    public func ofRank(_ rank: Int) -> AddressFile { rank == 0 ? self : AddressFile("\(path).\(rank)") }

    /// - Returns: nil where there is no such file.
    /// - Throws: one line where it cannot be read, or holds something else.
    public func read() throws(UserError) -> LearnerAnnouncement? {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try OpenFile(path, for: .reading).read(LearnerAnnouncement.maximumBytes) } catch
        {
            if error.code == .noSuchFileOrDirectory { return nil }
            throw UserError("\(path) cannot be read: \(error.reason)", exitCode: 1)
        }
        guard let announcement = try? JSONDecoder().decode(LearnerAnnouncement.self, from: Data(bytes)),
            (1...65535).contains(announcement.port), !announcement.host.isEmpty
        else { throw UserError("\(path) says nowhere where a learner listens: remove it, or name another file") }
        return announcement
    }

    public func write(_ announcement: LearnerAnnouncement) throws(UserError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do { try DurableFile.replace(path, with: encoder.encode(announcement)) } catch let error as FileError {
            throw UserError("cannot write \(path): \(error.reason)", exitCode: 1)
        } catch { throw UserError("cannot write \(path): \(error)", exitCode: 1) }
    }
}
