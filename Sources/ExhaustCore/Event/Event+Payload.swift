extension Event {
    /// The payload as `type`. Throws `ExhaustError` naming the event and the key that does not fit.
    public func payload<T: Decodable>(_ type: T.Type) throws(ExhaustError) -> T {
        do {
            return try ValueDecoder().decode(type, from: .map(data))
        } catch {
            throw ExhaustError(
                .invalidData, "the data of \(self.type) does not fit: \(error)", at: "event \(source) \(id)")
        }
    }
}
