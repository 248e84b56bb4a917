import ArgumentParser
import ExhaustBroker
import ExhaustCore
import Glibc

/// How new logins are to prove themselves.
struct CredentialOptions: ParsableArguments {
    @Option(
        help: "A folder for one file a login that holds its password, made here.", completion: .directory)
    var passwords: String?

    @Flag(help: "Let logins prove themselves by certificate alone, without passwords.")
    var certificates = false

    @Option(
        help: "With --certificates: the folder of an authority (deploy/tls/authority) that issues them.",
        completion: .directory)
    var authority: String?

    func validate() throws {
        guard passwords == nil || !certificates else {
            throw ValidationError("logins have --passwords or --certificates, not both")
        }
        guard authority == nil || certificates else { throw ValidationError("--authority goes with --certificates") }
    }

    /// Throws unless it was said how logins prove themselves.
    func require() throws(ExhaustError) {
        guard passwords != nil || certificates else {
            throw ExhaustError(.usage, "say how logins prove themselves: --passwords DIRECTORY or --certificates")
        }
    }

    /// New credentials for `logins`: passwords in files of their own, or certificates in `folder`. What an earlier
    /// login of the same name had is void.
    func make(for logins: [Login], folder: String) async throws -> [(login: Login, credential: Definitions.Credential)]
    {
        try require()
        var made: [(login: Login, credential: Definitions.Credential)] = []
        for login in logins {
            if let passwords {
                made.append((login, .password(try PasswordFile.renew(login, in: passwords))))
            } else {
                if let authority { try await Authority(folder: authority).issue(login, to: folder) }
                made.append((login, .certificate))
            }
        }
        return made
    }
}

/// The folder of a certificate authority with the program in it that issues: deploy/tls/authority, or another one that
/// takes the same arguments.
struct Authority {
    let folder: String

    /// Writes certificate and key of `login`, and the authority's own certificate, into `destination`.
    func issue(_ login: Login, to destination: String) async throws {
        try await run(["issue", folder, login.name, "--to", destination])
    }

    /// Makes every certificate of `login` void; there may be none.
    func revoke(_ login: Login) async throws {
        try await run(["revoke", folder, login.name], accepting: [0, ExhaustError.Code.noInput.rawValue])
    }

    private func run(_ arguments: [String], accepting: [Int32] = [0]) async throws {
        let program = "\(folder)/authority"
        guard access(program, X_OK) == 0 else {
            throw ExhaustError(.noInput, errno: errno, "no authority", at: program, advice: "make one: authority init")
        }
        let result = try await ProgramCall.run(program, arguments)
        guard accepting.contains(result.status) else {
            throw ExhaustError(.unavailable, "\(program) \(arguments[0]) failed: \(result.complaint)")
        }
    }
}

/// Passwords of logins, one a file, closed to others.
enum PasswordFile {
    /// The password of `login`; its file in `folder` is made with a new one (192 random bits) if it is missing.
    static func password(of login: Login, in folder: String) throws -> String {
        let path = "\(folder)/\(login.name)"
        if access(path, F_OK) == 0 { return try FileContent.secret(path) }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<24).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let password = Base64.encode(bytes)
        try ProtectedFile.create(path, mode: 0o600, bytes: Array("\(password)\n".utf8))
        return password
    }

    /// A new password for `login`, also if its file in `folder` has one.
    static func renew(_ login: Login, in folder: String) throws -> String {
        unlink("\(folder)/\(login.name)")
        return try password(of: login, in: folder)
    }
}
