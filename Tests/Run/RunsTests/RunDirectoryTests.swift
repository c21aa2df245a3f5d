import Diagnostics
import Foundation
import Runs
import Settings
import TestSupport
import Testing

@Suite struct RunDirectoryTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func aNewDirectoryIsMadeAndLeftClean() throws {
        let run = try RunDirectory(creating: directory("deep/run"))
        let names = try FileManager.default.contentsOfDirectory(atPath: run.url.path)
        #expect(names == ["checkpoints"])
        #expect(try run.configuration() == nil)
    }

    @Test func whatCannotBeADirectoryIsNamed() throws {
        let path = try directory.write("", to: "file") + "/run"
        let error = #expect(throws: UserError.self) { _ = try RunDirectory(creating: path) }
        #expect(error?.message == "cannot write to \(path): Not a directory; choose another --logdir")
    }

    @Test func aDirectoryWithoutARunIsRefused() throws {
        let error = #expect(throws: UserError.self) { _ = try RunDirectory(existing: directory.path) }
        #expect(error?.message.hasPrefix("\(directory.path) holds no run") == true)
        #expect(try RunDirectory.stored(directory.path) == nil)
    }

    @Test func theConfigurationIsReadAsItWasStored() throws {
        var configuration = Configuration()
        configuration.run.steps = 123_400
        try RunDirectory(creating: directory.path).store(configuration)
        #expect(try RunDirectory(existing: directory.path).configuration() == configuration)
        #expect(try RunDirectory.stored(directory.path) == configuration)
    }

    // MARK: Identity

    @Test func eachStartIsAGenerationOfTheSameRun() throws {
        let run = try RunDirectory(creating: directory.path)
        let first = try run.nextIdentity(proposed: "")
        let second = try run.nextIdentity(proposed: "another")
        #expect(first.id.count == 8 && first.generation == 1)
        #expect(second.id == first.id && second.generation == 2)
    }

    @Test func aNameThatIsProposedIsKept() throws {
        #expect(try RunDirectory(creating: directory.path).nextIdentity(proposed: "mine").id == "mine")
    }

    @Test func aDamagedIdentityIsNoNewRun() throws {
        let run = try RunDirectory(creating: directory.path)
        let path = try directory.write("{\"id\":", to: "run.json")
        let error = #expect(throws: UserError.self) { try run.nextIdentity(proposed: "") }
        #expect(error?.message.hasPrefix("\(path) is damaged") == true)
    }

    // MARK: Token

    @Test func theTokenIsMadeOnceAndForItsOwnerOnly() throws {
        let run = try RunDirectory(creating: directory.path)
        let token = try run.token()
        #expect(token.count > 32 && token.allSatisfy(\.isHexDigit))
        #expect(try run.token() == token)
        let attributes = try FileManager.default.attributesOfItem(atPath: run.tokenFile.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func aTokenOfSomebodysOwnIsTrimmed() throws {
        _ = try directory.write(" secret \n", to: "token")
        #expect(try RunDirectory(creating: directory.path).token() == "secret")
    }

    /// A link that leads nowhere is not followed to a place where others may read.
    @Test func aTokenFileThatCannotBeMadeIsNamed() throws {
        let run = try RunDirectory(creating: directory.path)
        try FileManager.default.createSymbolicLink(
            atPath: run.tokenFile.path, withDestinationPath: directory("elsewhere"))
        let error = #expect(throws: UserError.self) { try run.token() }
        #expect(error?.message == "cannot create \(run.tokenFile.path): File exists")
        #expect(!FileManager.default.fileExists(atPath: directory("elsewhere")))
    }
}
