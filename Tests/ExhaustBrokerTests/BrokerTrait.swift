import ExhaustCore
import ExhaustTestSupport
import Testing

/// Starts one private broker for a whole suite, and stops it afterwards.
struct BrokerTrait: SuiteTrait, TestScoping {
    @TaskLocal static var current: PrivateBroker?

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let hosts = try ["web-01", "web-02"].map { try #require(HostID($0)) }
        let broker = try await PrivateBroker.start(hosts: hosts)
        let result: Result<Void, any Error>
        do { result = .success(try await Self.$current.withValue(broker, operation: function)) } catch {
            result = .failure(error)
        }
        await broker.stop()
        try result.get()
    }
}

extension SuiteTrait where Self == BrokerTrait {
    /// A private broker, shared by the tests of the suite.
    static var privateBroker: Self { BrokerTrait() }
}
