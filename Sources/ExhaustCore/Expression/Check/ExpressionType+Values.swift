extension ExpressionType {
    /// The type of a literal.
    init(of value: Value) {
        switch value {
        case .null: self = .null
        case .bool: self = .bool
        case .int: self = .int
        case .uint: self = .uint
        case .double: self = .double
        case .string: self = .string
        case .bytes: self = .bytes
        case .timestamp: self = .timestamp
        case .duration: self = .duration
        default: self = .dyn
        }
    }

    /// The type of the name of a type, which is a value: `int`, `net.IP`.
    init?(named name: String) {
        switch name {
        case "bool": self = .type(.bool)
        case "int": self = .type(.int)
        case "uint": self = .type(.uint)
        case "double": self = .type(.double)
        case "string": self = .type(.string)
        case "bytes": self = .type(.bytes)
        case "null_type": self = .type(.null)
        case "type": self = .type(.type(.dyn))
        case "list": self = .type(.list(.dyn))
        case "map": self = .type(.map(.dyn, .dyn))
        case "optional_type": self = .type(.optional(.dyn))
        case "google.protobuf.Timestamp": self = .type(.timestamp)
        case "google.protobuf.Duration": self = .type(.duration)
        case "net.IP", "net.CIDR": self = .type(.named(name))
        default: return nil
        }
    }

    /// Whether a part of it is known only when the expression runs.
    func isOpen(in unifier: TypeUnifier) -> Bool {
        switch unifier.resolved(self) {
        case .dyn, .parameter: true
        case .list(let type), .nullable(let type): type.isOpen(in: unifier)
        case .map(let key, let value): key.isOpen(in: unifier) || value.isOpen(in: unifier)
        case .named(_, let parameters): parameters.contains { $0.isOpen(in: unifier) }
        default: false
        }
    }
}

extension RecordType {
    /// What there is to say about a key that the map never has.
    func lack(of name: String) -> String {
        let reason = "no field '\(name)' in \(self.name)"
        if let near = Spelling.nearest(to: name, among: fields.keys) { return "\(reason), did you mean '\(near)'?" }
        guard let dotted = fields.keys.sorted().first(where: { $0.hasPrefix(name + ".") }) else { return reason }
        return "\(reason); a name with dots is written [\"\(dotted)\"]"
    }
}
