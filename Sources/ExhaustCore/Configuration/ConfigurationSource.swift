/// Configuration from its four places: flags over environment over YAML over defaults.
///
/// Defaults are the decoded type's; the other three are merged into one document here, and each key remembers the
/// place that it came from, so that an error can name it.
public struct ConfigurationSource: Sendable {
    private var document: YAMLDocument
    private var origins: [[String]: String] = [:]

    /// Starts from the YAML file at `path`, or from nothing.
    public init(file path: String?) throws(ExhaustError) {
        if let path {
            try self.init(document: try YAMLReader.read(path))
        } else {
            try self.init(document: YAMLDocument(root: .map([:]), file: "configuration", lines: [:]))
        }
    }

    /// Starts from YAML text; `file` names it in errors.
    public init(text: String, file: String) throws(ExhaustError) {
        try self.init(document: try YAMLReader.parse(text, file: file))
    }

    private init(document: YAMLDocument) throws(ExhaustError) {
        guard case .map = document.root else {
            throw ExhaustError(.configuration, "the file must hold keys and values", at: document.file)
        }
        self.document = document
    }

    /// Takes every variable `EXHAUST_KEY`; two underscores go one level down, so `EXHAUST_BROKER__URL` is
    /// `broker.url`. Values are read as YAML scalars. Variables in `ignoring` are left alone.
    public mutating func merge(
        environment: [String: String], ignoring: Set<String> = []
    ) throws(ExhaustError) {
        for (name, text) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix("EXHAUST_") && !ignoring.contains(name) {
            let path = name.dropFirst(8).lowercased().replacing("__", with: ".").split(separator: ".").map(String.init)
            guard !path.isEmpty else { continue }
            try set(path, text, origin: "environment variable \(name)")
        }
    }

    /// Takes one `key=value` as `--set` gives it; dots in the key go down.
    public mutating func merge(assignment: String) throws(ExhaustError) {
        guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
            throw ExhaustError(.usage, "--set takes key=value, not '\(assignment)'")
        }
        let path = assignment[..<equals].split(separator: ".").map(String.init)
        try set(
            path, String(assignment[assignment.index(after: equals)...]), origin: "--set \(path.joined(separator: "."))"
        )
    }

    /// Sets the key at `path` to `value`, as flags of their own do.
    public mutating func set(_ path: [String], to value: Value, origin: String) {
        document.root = Self.setting(document.root, path[...], value)
        origins[path] = origin
    }

    private mutating func set(_ path: [String], _ text: String, origin: String) throws(ExhaustError) {
        let value = try YAMLReader.parse(text, file: origin).root
        set(path, to: value == .map([:]) && text != "{}" ? .string("") : value, origin: origin)
    }

    private static func setting(_ root: Value, _ path: ArraySlice<String>, _ value: Value) -> Value {
        guard let key = path.first else { return value }
        var map = root.map ?? [:]
        map[key] = setting(map[key] ?? .map([:]), path.dropFirst(), value)
        return .map(map)
    }

    /// Decodes everything, refusing unknown keys; errors name file and line, or the flag or variable.
    public func decode<T: Decodable>(_ type: T.Type) throws(ExhaustError) -> T {
        do {
            return try ValueDecoder(strict: true).decode(type, from: document.root)
        } catch let error as ValueCodingError {
            throw self.error(at: error.path, error.message)
        } catch {
            throw ExhaustError(.configuration, "\(error)", at: document.file)
        }
    }

    /// An error about the key at `path`.
    public func error(at path: [String], _ message: String) -> ExhaustError {
        for (origin, place) in origins.sorted(by: { $0.key.count > $1.key.count }) where path.starts(with: origin) {
            let key = ValueCodingError(path: path, message: "").pathText
            return ExhaustError(.configuration, "\(key): \(message)", at: place)
        }
        return document.error(at: path, message)
    }
}
