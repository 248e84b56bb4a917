/// CEL's network extension, as Kubernetes has it: addresses and networks as values.
enum NetworkFunctions {
    static let table: [ExpressionFunction] = [
        .global("ip", ip), .global("cidr", cidr), .method("ip", addressOf),
        .global("isIP") { value, _ throws(ExpressionProblem) in .bool(NetworkAddress(try text("isIP", value)) != nil) },
        .global("isCIDR") { value, _ throws(ExpressionProblem) in .bool(IPNetwork(try text("isCIDR", value)) != nil) },
        .global("ip.isCanonical", isCanonical),
        .method("family") { value, _ throws(ExpressionProblem) in .int(try address("family", value).isIPv4 ? 4 : 6) },
        predicate("isUnspecified") { $0.isUnspecified }, predicate("isLoopback") { $0.isLoopback },
        predicate("isGlobalUnicast") { $0.isGlobalUnicast },
        predicate("isLinkLocalMulticast") { $0.isLinkLocalMulticast },
        predicate("isLinkLocalUnicast") { $0.isLinkLocalUnicast },
        .method("containsIP", containsIP), .method("containsCIDR", containsCIDR),
        .method("masked") { value, _ throws(ExpressionProblem) in
            .computed(.network(try network("masked", value).masked))
        },
        .method("prefixLength") { value, _ throws(ExpressionProblem) in
            .int(Int64(try network("prefixLength", value).prefixLength))
        },
    ]

    private static let ip: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        if case .computed(.address) = value { return value }
        return .computed(.address(try address("ip", value)))
    }

    private static let cidr: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        if case .computed(.network) = value { return value }
        return .computed(.network(try network("cidr", value)))
    }

    private static let addressOf: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard case .computed(.network(let network)) = value else { throw .noOverload("ip", value.typeName) }
        return .computed(.address(network.address))
    }

    private static let isCanonical: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        let text = try text("ip.isCanonical", value)
        guard let address = NetworkAddress(text) else { throw .outOfRange("'\(text)' as ip") }
        return .bool(address.description == text)
    }

    private static let containsIP: ExpressionFunction.Binary = { value, other, _ throws(ExpressionProblem) in
        guard case .computed(.network(let network)) = value else { throw .noOverload("containsIP", value.typeName) }
        return .bool(network.contains(try address("containsIP", other)))
    }

    private static let containsCIDR: ExpressionFunction.Binary = { value, other, _ throws(ExpressionProblem) in
        guard case .computed(.network(let own)) = value else { throw .noOverload("containsCIDR", value.typeName) }
        return .bool(own.contains(try network("containsCIDR", other)))
    }

    private static func predicate(
        _ name: String, _ holds: @escaping @Sendable (NetworkAddress) -> Bool
    ) -> ExpressionFunction {
        .method(name) { value, _ throws(ExpressionProblem) in
            guard case .computed(.address(let address)) = value else { throw .noOverload(name, value.typeName) }
            return .bool(holds(address))
        }
    }

    private static func text(_ name: String, _ value: Value) throws(ExpressionProblem) -> String {
        guard case .string(let text) = value else { throw .noOverload(name, value.typeName) }
        return text
    }

    /// An address, or the one that a text writes.
    private static func address(_ name: String, _ value: Value) throws(ExpressionProblem) -> NetworkAddress {
        switch value {
        case .computed(.address(let address)): return address
        case .string(let text):
            guard let address = NetworkAddress(text) else { throw .outOfRange("'\(text)' as ip") }
            return address
        default: throw .noOverload(name, value.typeName)
        }
    }

    private static func network(_ name: String, _ value: Value) throws(ExpressionProblem) -> IPNetwork {
        switch value {
        case .computed(.network(let network)): return network
        case .string(let text):
            guard let network = IPNetwork(text) else { throw .outOfRange("'\(text)' as cidr") }
            return network
        default: throw .noOverload(name, value.typeName)
        }
    }
}
