import ExhaustCore

/// A task's parameters as an HTTP call. Errors are `ValueCodingError`s whose path starts with `with`.
extension HTTPRequest {
    private static let keys: Set<String> = ["url", "headers", "json", "text", "expect"]

    /// Checks what can be known before templates are rendered.
    static func check(action: String, parameters: ValueMap) throws(ValueCodingError) {
        let method = try checkedMethod(action)
        for key in parameters.keys where !keys.contains(key) {
            let hint = Names.hint(key, among: keys)
            throw ValueCodingError(path: ["with", key], message: "unknown http parameter\(hint)")
        }
        guard let url = parameters["url"] else {
            throw ValueCodingError(path: ["with"], message: "an http task needs 'url'")
        }
        if !isTemplate(url) { _ = try checkedURL(url) }
        if let expect = parameters["expect"], !isTemplate(expect) { _ = try checkedStatus(expect) }
        if let headers = parameters["headers"], !isTemplate(headers) { _ = try checkedHeaders(headers) }
        try checkBody(parameters, method)
    }

    /// The call that a task's rendered parameters describe.
    init(action: String, parameters: ValueMap) throws(ValueCodingError) {
        try Self.check(action: action, parameters: parameters)
        method = try Self.checkedMethod(action)
        url = try Self.checkedURL(parameters["url"] ?? .null)
        headers = try Self.checkedHeaders(parameters["headers"] ?? .map([:]))
        expected = .success
        if let expect = parameters["expect"] { expected = try Self.checkedStatus(expect) }
        if let json = parameters["json"] {
            body = JSONWriter.bytes(of: json)
            addHeader("Content-Type", "application/json")
        } else if let text = parameters["text"] {
            body = text.string.map { Array($0.utf8) }
            addHeader("Content-Type", "text/plain; charset=utf-8")
        } else if method == .post || method == .put {
            body = []
        }
    }

    /// Adds a header unless the task gave it itself.
    private mutating func addHeader(_ name: String, _ value: String) {
        guard !headers.contains(where: { $0.name.lowercased() == name.lowercased() }) else { return }
        headers.append((name, value))
    }

    private static func isTemplate(_ value: Value) -> Bool {
        switch value {
        case .string(let text): text.contains("{{")
        case .list(let elements): elements.contains(where: isTemplate)
        case .map(let map): map.entries.contains { isTemplate($0.value) }
        default: false
        }
    }

    private static func checkedMethod(_ action: String) throws(ValueCodingError) -> Method {
        guard let method = Method(rawValue: action) else {
            let hint = Names.hint(action, among: Method.allCases.map(\.rawValue))
            throw ValueCodingError(path: ["action"], message: "unknown http action '\(action)'\(hint)")
        }
        return method
    }

    private static func checkedURL(_ value: Value) throws(ValueCodingError) -> String {
        guard let text = value.string, HTTPAddress.isValid(text) else {
            throw ValueCodingError(
                path: ["with", "url"], message: "expected an http or https URL without credentials or blanks")
        }
        return text
    }

    private static func checkedStatus(_ value: Value) throws(ValueCodingError) -> ExpectedStatus {
        guard let expected = ExpectedStatus(value) else {
            throw ValueCodingError(
                path: ["with", "expect"],
                message: "expected a status from 100 to 599, a range such as 200-299, or a list of them")
        }
        return expected
    }

    private static func checkedHeaders(_ value: Value) throws(ValueCodingError) -> [(name: String, value: String)] {
        guard let map = value.map else {
            throw ValueCodingError(path: ["with", "headers"], message: "expected a map, found \(value.typeName)")
        }
        var headers: [(name: String, value: String)] = []
        for (name, value) in map.entries {
            guard isToken(name), let text = value.string, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                throw ValueCodingError(
                    path: ["with", "headers", name], message: "expected a header's name and text on one line")
            }
            guard !reserved.contains(name.lowercased()) else {
                throw ValueCodingError(path: ["with", "headers", name], message: "this header is set by Exhaust")
            }
            headers.append((name, text))
        }
        return headers
    }

    private static let reserved: Set<String> = ["idempotency-key", "content-length", "transfer-encoding", "host"]

    /// RFC 9110 section 5.6.2: the characters of a header's name.
    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    private static func checkBody(_ parameters: ValueMap, _ method: Method) throws(ValueCodingError) {
        guard let key = parameters["json"] != nil ? "json" : parameters["text"] != nil ? "text" : nil else { return }
        guard method.takesBody else {
            throw ValueCodingError(path: ["with", key], message: "a \(method.rawValue) request has no body")
        }
        guard parameters["json"] == nil || parameters["text"] == nil else {
            throw ValueCodingError(path: ["with", "text"], message: "a request has one body: 'json' or 'text'")
        }
        if key == "text", let text = parameters["text"], text.string == nil {
            throw ValueCodingError(
                path: ["with", "text"], message: "expected a string, found \(text.typeName)")
        }
    }
}
