import Diagnostics
import Files
import Foundation
import Glibc
import SystemPackage

/// A file that proves who somebody is, a token or a private key: it has something in it, and nobody else can read it.
public enum SecretFile {
    /// Characters of the shortest token that is no guess.
    static let shortest = 16

    /// - Throws: one line that names the file, where others than its owner may read or write it. The owner's group may read
    ///   what belongs to root: so administrators hand certificates to services.
    public static func requirePrivate(_ path: String) throws(UserError) {
        var status = stat()
        // What is missing is said by whoever reads it.
        guard stat(path, &status) == 0 else { return }
        let allowed: mode_t = status.st_uid == 0 ? 0o740 : 0o700
        guard status.st_mode & 0o777 & ~allowed != 0 else { return }
        throw UserError("\(path) can be read or changed by others than its owner: chmod 600 \(path)")
    }

    /// Reads a token.
    public static func token(_ path: String) throws(UserError) -> String {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try OpenFile(path, for: .reading).read(1025) } catch {
            throw UserError("\(path) cannot be read: \(error.reason); the learner keeps its token in LOGDIR/token")
        }
        try requirePrivate(path)
        let token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard (shortest...1024).contains(token.utf8.count) else {
            throw UserError(
                "\(path) holds \(token.utf8.count) bytes where a token has \(shortest) to 1024: copy it from the learner's "
                    + "host again, or remove it there, and the learner makes another")
        }
        return token
    }
}
