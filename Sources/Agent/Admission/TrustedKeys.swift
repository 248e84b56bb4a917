package import ExhaustCore

/// The keys whose tasks this host takes, each with what it may ask for.
package struct TrustedKeys: Sendable {
    /// One key with its limits.
    package struct Entry: Sendable {
        package let key: VerifyingKey
        /// The classes of actions, such as `service`.
        package let classes: Set<String>
        /// Tasks that it signs must name this epoch.
        package let epoch: Int

        package init(key: VerifyingKey, classes: Set<String>, epoch: Int) {
            self.key = key
            self.classes = classes
            self.epoch = epoch
        }
    }

    private let entries: [Entry]

    /// Trusts `entries`; throws if two keys have one id.
    package init(_ entries: [Entry]) throws {
        guard Set(entries.map(\.key.id)).count == entries.count else {
            throw ExhaustError(.configuration, "trust: a key stands twice, or two keys have one id")
        }
        self.entries = entries
    }

    /// The payload of `envelope` if a trusted key signed it.
    package func verified(_ envelope: DSSEEnvelope) throws(Refusal) -> VerifiedPayload {
        do {
            return try envelope.verified(by: entries.map(\.key))
        } catch {
            throw Refusal(.signature, "\(error)")
        }
    }

    /// Throws unless one of `signers` has the task's epoch and may ask for actions of `actionClass`.
    package func authorize(
        _ signers: [KeyID], actionClass: String, epoch: Int
    ) throws(Refusal) {
        let signing = entries.filter { signers.contains($0.key.id) }
        let current = signing.filter { $0.epoch == epoch }
        guard !current.isEmpty else {
            let epochs = signing.map { "\($0.epoch)" }.joined(separator: ", ")
            throw Refusal(.keyEpoch, "the task names key epoch \(epoch); its key has epoch \(epochs)")
        }
        guard current.contains(where: { $0.classes.contains(actionClass) }) else {
            throw Refusal(.keyClass, "its key may not ask for actions of class \(actionClass)")
        }
    }
}
