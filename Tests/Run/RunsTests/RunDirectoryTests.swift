import Diagnostics
import Experience
import Foundation
import Glibc
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

    @Test func aNewRunTakesNobodysDirectory() throws {
        let runs = try (0..<3).map { _ in try RunDirectory(new: directory("runs/name")).url.lastPathComponent }
        #expect(runs == ["name", "name-2", "name-3"])
    }

    @Test func namesAreForEveryFileSystem() throws {
        var configuration = Configuration()
        configuration.environment.id = "gym/my module:Ünï/Tâsk*"
        let name = configuration.directoryName(at: 1_000_000_000)
        #expect(name.wholeMatch(of: /gym-my-module--n--T-sk--dymodreamer-200109[0-9]{2}-[0-9]{6}/) != nil, "\(name)")
    }

    @Test func whatCannotBeADirectoryIsNamed() throws {
        let path = try directory.write("", to: "file") + "/run"
        let error = #expect(throws: UserError.self) { _ = try RunDirectory(creating: path) }
        #expect(error?.message == "cannot write to \(path): Not a directory; choose another --logdir")
    }

    @Test func aDirectoryWithoutARunIsRefused() throws {
        let error = #expect(throws: UserError.self) { _ = try RunDirectory(existing: directory.path) }
        #expect(error?.message.hasPrefix("\(directory.path) holds no run") == true)
    }

    @Test func theConfigurationIsReadAsItWasStored() throws {
        var configuration = Configuration()
        configuration.run.steps = 123_400
        try RunDirectory(creating: directory.path).store(configuration)
        #expect(try RunDirectory(existing: directory.path).configuration()?.configuration == configuration)
    }

    // MARK: Identity

    @Test func eachStartIsAGenerationOfTheSameRun() throws {
        let run = try RunDirectory(creating: directory.path)
        let first = try run.nextIdentity(proposed: "")
        let second = try run.nextIdentity(proposed: first.id)
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

    @Test func anotherRunsNameIsRefused() throws {
        let run = try RunDirectory(creating: directory.path)
        _ = try run.nextIdentity(proposed: "mine")
        let error = #expect(throws: UserError.self) { try run.nextIdentity(proposed: "yours") }
        for part in ["run.id", "mine", "yours", "--logdir"] {
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        }
        #expect(try run.nextIdentity(proposed: "").generation == 2)
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

    private func writeToken(_ text: String, mode: Int = 0o600) throws -> RunDirectory {
        let path = try directory.write(text, to: "token")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return try RunDirectory(creating: directory.path)
    }

    @Test func aTokenOfSomebodysOwnIsTrimmed() throws {
        #expect(try writeToken(" a-secret-of-my-own \n").token() == "a-secret-of-my-own")
    }

    /// Whoever shows nothing would be let in.
    @Test(arguments: ["", "\n", " \n\n", "0123456789abcde\n"]) func aTokenThatAnybodyGuessesIsRefused(text: String)
        throws
    {
        let run = try writeToken(text)
        let error = #expect(throws: UserError.self) { try run.token() }
        let message = error?.message ?? ""
        #expect(message.hasPrefix("\(run.tokenFile.path) holds ") && message.contains("remove it"), "\(message)")
        #expect(try String(contentsOf: run.tokenFile, encoding: .utf8) == text)
    }

    @Test(arguments: [0o644, 0o660, 0o640, 0o602]) func aTokenThatOthersCanReadIsRefused(mode: Int) throws {
        let run = try writeToken("a-secret-of-my-own\n", mode: mode)
        // A group may read what an administrator has put there, as certificates are often installed.
        guard mode != 0o640 || getuid() != 0 else { return _ = try run.token() }
        let error = #expect(throws: UserError.self) { try run.token() }
        #expect(error?.message.contains("chmod 600 \(run.tokenFile.path)") == true, "\(error?.message ?? "")")
    }

    /// What a crash has left of an attempt does not stand in the way, nor does its mode stay.
    @Test func aTokenIsMadeWhole() throws {
        let run = try RunDirectory(creating: directory.path)
        _ = try directory.write("half", to: "token.partial")
        #expect(try run.token().count == 64)
        let attributes = try FileManager.default.attributesOfItem(atPath: run.tokenFile.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    /// A link that leads nowhere is not followed to a place where others may read.
    @Test func aTokenFileThatCannotBeMadeIsNamed() throws {
        let run = try RunDirectory(creating: directory.path)
        try FileManager.default.createSymbolicLink(
            atPath: run.tokenFile.path, withDestinationPath: directory("elsewhere"))
        let error = #expect(throws: UserError.self) { try run.token() }
        #expect(error?.message.hasPrefix("\(run.tokenFile.path) cannot be read: No such file") == true)
        #expect(!FileManager.default.fileExists(atPath: directory("elsewhere")))
    }
}
