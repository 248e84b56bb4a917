import Glibc

/// An error that a person can act on: what failed, where, and what to do about it.
public struct ExhaustError: Error, Sendable, CustomStringConvertible {
    /// The class of the error, which also decides a program's exit status (sysexits.h).
    public enum Code: Int32, Sendable {
        case usage = 64
        case invalidData = 65
        case noInput = 66
        case unavailable = 69
        case software = 70
        case cannotCreate = 73
        case inputOutput = 74
        case notPermitted = 77
        case configuration = 78
    }

    public let code: Code
    /// What failed, naming its subject.
    public let message: String
    /// Where: a file with its line, a socket, a queue.
    public let location: String?
    /// What to do about it.
    public let advice: String?
    /// The errors that led here, or that were found together.
    public let causes: [any Error]

    /// An error; leave out what is not known.
    public init(
        _ code: Code, _ message: String, at location: String? = nil, advice: String? = nil, causes: [any Error] = []
    ) {
        self.code = code
        self.message = message
        self.location = location
        self.advice = advice
        self.causes = causes
    }

    /// An error from the calling thread's `errno`, or from `number` if given.
    public init(
        _ code: Code, errno number: Int32, _ message: String, at location: String? = nil, advice: String? = nil
    ) {
        self.init(code, "\(message): \(Self.text(ofErrno: number))", at: location, advice: advice)
    }

    public var description: String {
        var text = location.map { "\($0): " } ?? ""
        text += message
        if let advice { text += " (\(advice))" }
        for cause in causes { text += "\n  \(cause)" }
        return text
    }
}

extension ExhaustError {
    /// What strerror(3) says of `number`.
    public static func text(ofErrno number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
