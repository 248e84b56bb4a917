/// Values pass through the value coders as they are; other coders do not know them.
extension Value: Codable {
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? ValueDecoding else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a Value is read by ValueDecoder alone"))
        }
        self = decoder.value
    }

    public func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? ValueEncoding else {
            throw EncodingError.invalidValue(
                self,
                .init(codingPath: encoder.codingPath, debugDescription: "a Value is written by ValueEncoder alone"))
        }
        encoder.set(self)
    }
}

extension ValueMap: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try Value(from: decoder)
        guard case .map(let map) = value else {
            throw DecodingError.typeMismatch(
                ValueMap.self,
                .init(codingPath: decoder.codingPath, debugDescription: "expected a map, found \(value.typeName)"))
        }
        self = map
    }

    public func encode(to encoder: any Encoder) throws { try Value.map(self).encode(to: encoder) }
}
