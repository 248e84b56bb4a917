package import ExhaustCore

/// The forms that a parameter's value can have.
package enum ParameterKind: Sendable, Hashable {
    /// A service's name: 1 to 64 of letters, digits, `@ _ . -`, not beginning with `-` or `.`; a `.service` at its end
    /// is dropped, so that a policy need not name both spellings.
    case service
    /// An absolute path without `.`, `..` or empty components, at most 1024 bytes.
    case path
    /// A shell pattern for a file's name (fnmatch(3)), without `/`.
    case pattern
    /// A duration such as `10m`, not negative.
    case duration

    /// The value in its one spelling; `nil` if it has another form.
    package func read(_ value: Value) -> Value? {
        switch (self, value) {
        case (.duration, .duration(let duration)): return Self.duration(duration)
        case (.duration, .string(let text)): return Duration(text: text).flatMap(Self.duration)
        case (.service, .string(let text)): return Self.service(text).map { .string($0) }
        case (.path, .string(let text)) where Self.isCleanPath(text): return value
        case (.pattern, .string(let text)) where Self.isPattern(text): return value
        default: return nil
        }
    }

    /// What the form is, for messages.
    package var form: String {
        switch self {
        case .service: "a service name (letters, digits, @ _ . -)"
        case .path: "an absolute path without . or .."
        case .pattern: "a file name pattern without /"
        case .duration: "a duration such as 10m"
        }
    }

    private static func duration(_ duration: Duration) -> Value? {
        guard duration >= .zero else { return nil }
        return .duration(duration)
    }

    private static func service(_ text: String) -> String? {
        let name = text.hasSuffix(".service") ? String(text.dropLast(8)) : text
        let isAllowed = name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "@_.-".utf8.contains(byte)
        }
        guard isAllowed, (1...64).contains(name.utf8.count), name.utf8.first != 45, name.utf8.first != 46 else {
            return nil
        }
        return name
    }

    private static func isCleanPath(_ text: String) -> Bool {
        guard text.hasPrefix("/"), text.utf8.count <= 1024, !text.utf8.contains(where: isControl) else { return false }
        let components = text.utf8.dropFirst().split(separator: 47, omittingEmptySubsequences: false)
        // One slash at the end is no component.
        let named = components.last?.isEmpty == true ? components.dropLast() : components[...]
        return !named.isEmpty
            && named.allSatisfy { name in
                !name.isEmpty && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8)
            }
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 32 || byte == 127 }

    private static func isPattern(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && !text.utf8.contains { $0 == 47 || isControl($0) }
    }
}
