/// What only expressions make and JSON has no form for: types, maps with other keys than strings, optionals, addresses.
public indirect enum ComputedValue: Sendable, Hashable {
    /// A type by its CEL name, such as `int` or `google.protobuf.Timestamp`.
    case type(String)
    /// A map of which at least one key is no string.
    case map(KeyedMap)
    case optional(Value?)
    case address(NetworkAddress)
    case network(IPNetwork)

    /// The nearest value that JSON knows: names and addresses as text, keys as text, an empty optional as null.
    public var plain: Value {
        switch self {
        case .type(let name): .string(name)
        case .map(let map): .map(ValueMap(map.entries.map { (ValueText.plain($0.key), $0.value) }))
        case .optional(let content): content ?? .null
        case .address(let address): .string(address.description)
        case .network(let network): .string(network.description)
        }
    }

    /// The name of the case as error messages say it.
    var typeName: String {
        switch self {
        case .type: "type"
        case .map: "map"
        case .optional: "optional"
        case .address: "ip"
        case .network: "cidr"
        }
    }
}
