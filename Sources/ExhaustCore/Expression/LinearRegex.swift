import CRE2

/// A regular expression in [RE2's syntax](https://github.com/google/re2/wiki/Syntax), whose matching takes time linear
/// in the text, whatever the pattern: there are no back references and no assertions that look around.
///
/// A pattern has at most `lengthLimit` bytes, and a compiled one with all that matching caches takes at most
/// `memoryLimit`; one that needs more is refused.
public struct LinearRegex: Sendable {
    /// Bytes of a pattern.
    public static let lengthLimit = 4096
    /// Bytes that a pattern may take when it is compiled and used.
    public static let memoryLimit = 1 << 20

    /// The pattern as it was written.
    public let pattern: String
    /// Whether letters match in either case, by Unicode's simple folding.
    public let ignoresCase: Bool

    private let handle: Handle

    /// Compiles `pattern`.
    public init(_ pattern: String, ignoringCase ignoresCase: Bool = false) throws(RegexError) {
        guard pattern.utf8.count <= Self.lengthLimit else {
            throw RegexError(reason: "longer than \(Self.lengthLimit) bytes", pattern: pattern, offset: 0)
        }
        self.pattern = pattern
        self.ignoresCase = ignoresCase
        handle = try Handle(pattern, ignoresCase)
    }

    /// Whether the pattern matches somewhere in `text`.
    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches($0) }
    }

    /// Whether the pattern matches somewhere in `text`, which is UTF-8; what is not matches no character.
    public func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        text.withMemoryRebound(to: CChar.self) { exhaust_re2_matches(handle.pointer, $0.baseAddress, $0.count) }
    }

    // Safe: the pattern is never changed once it is compiled, and RE2 locks what its matching caches (re2.h, "Thread
    // safety").
    private final class Handle: @unchecked Sendable {
        let pointer: OpaquePointer

        init(_ pattern: String, _ ignoresCase: Bool) throws(RegexError) {
            var pattern = pattern
            var failure = exhaust_re2_error()
            let compiled = pattern.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    exhaust_re2_new($0.baseAddress, $0.count, ignoresCase, Int64(LinearRegex.memoryLimit), &failure)
                }
            }
            guard let compiled else {
                let reason = withUnsafeBytes(of: failure.reason) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                throw RegexError(reason: reason, pattern: pattern, offset: failure.offset)
            }
            pointer = compiled
        }

        deinit { exhaust_re2_free(pointer) }
    }
}

extension LinearRegex: Hashable, CustomStringConvertible {
    public static func == (left: LinearRegex, right: LinearRegex) -> Bool {
        left.pattern == right.pattern && left.ignoresCase == right.ignoresCase
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(pattern)
        hasher.combine(ignoresCase)
    }

    public var description: String { pattern }
}

/// Why a text is no regular expression, and where in it.
public struct RegexError: Error, Sendable, Hashable, CustomStringConvertible {
    /// In words, as RE2 has them.
    public let reason: String
    public let pattern: String
    /// The byte of the pattern that is to blame.
    public let offset: Int

    /// That byte's place in code points, from 1.
    public var column: Int { 1 + String(decoding: pattern.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count }

    public var description: String { "regular expression, column \(column): \(reason)" }
}
