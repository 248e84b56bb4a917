import ArgumentParser
import ExhaustCore

/// The broker as its administrator sees it, by rabbitmqctl; docs/decisions/0007 says why not over HTTP.
///
/// Each call takes one to two seconds of a core, since it starts an Erlang.
struct BrokerAdministration: Sendable {
    /// The program: a path, or a name in PATH.
    let program: String
    let vhost: String

    /// Everything that is declared: users, permissions, exchanges, queues, bindings of all vhosts.
    func definitions() async throws -> Value { try await json(["export_definitions", "-"]) }

    /// Adds what `definitions` has; users, permissions and parameters replace those of the same name.
    func importDefinitions(_ definitions: Value) async throws {
        try await call(["import_definitions"], input: JSONWriter.bytes(of: definitions))
        // Which streams and quorum queues there are gets to disk only once that table was left alone for half a second
        // (ra_directory's auto_save). Killed before, the broker never starts its streams again.
        try await call(["eval", "[dets:sync(Table) || Table <- dets:all()]."])
    }

    /// Deletes a user, and closes its connections.
    func deleteUser(_ name: String) async throws { try await call(["delete_user", name]) }

    /// Deletes a queue with what it holds.
    func deleteQueue(_ name: String) async throws { try await call(["delete_queue", "-p", vhost, name]) }

    /// How many messages queue `name` has for its consumer, counted now.
    func waiting(in name: String) async throws -> Int {
        func binary(_ text: String) -> String { "<<\(text.utf8.map(String.init).joined(separator: ","))>>" }
        let printed = try await call([
            "eval",
            """
            {ok, Queue} = rabbit_amqqueue:lookup(rabbit_misc:r(\(binary(vhost)), queue, \(binary(name)))),
            {ok, Ready, _} = rabbit_amqqueue:stat(Queue), Ready.
            """,
        ])
        let text = String(decoding: printed, as: UTF8.self)
        guard let count = Int(text.filter { !$0.isWhitespace }) else {
            throw ExhaustError(.unavailable, "queue \(name) does not tell how much it holds: \(text)")
        }
        return count
    }

    /// How many messages each queue held some seconds ago, which is when it last told.
    func depths() async throws -> [String: Int64] {
        let list = try await json(["list_queues", "-p", vhost, "--formatter", "json", "name", "messages"])
        var depths: [String: Int64] = [:]
        for queue in list.list ?? [] {
            // A queue without a leader has no number to tell.
            if let name = queue["name"]?.string { depths[name] = queue["messages"]?.int ?? 0 }
        }
        return depths
    }

    /// Version, alarms and listeners.
    func status() async throws -> Value { try await json(["status", "--formatter", "json"]) }

    /// What `status` does not tell: `now` (ms), `certificate` (PEM), `loads_definitions`.
    func settings() async throws -> Value {
        let printed = try await call(["eval", Self.settingsExpression])
        // A binary as Erlang prints it, over several lines: base 64 has none of the characters around it.
        let text = String(decoding: printed.filter(Self.isBase64), as: UTF8.self)
        guard let bytes = Base64.decode(text) else {
            throw ExhaustError(.invalidData, "\(program) eval printed something else than asked for")
        }
        return try parse(bytes, of: "eval")
    }

    private static let settingsExpression = """
        Get = fun(Key, Default) -> application:get_env(rabbit, Key, Default) end,
        File = proplists:get_value(certfile, Get(ssl_options, []), ""),
        Pem = case file:read_file(File) of {ok, Bytes} -> Bytes; _ -> <<>> end,
        Loads = Get(load_definitions, none) =/= none orelse Get(definitions, []) =/= [],
        base64:encode(rabbit_json:encode(#{
            now => os:system_time(millisecond), certificate => Pem, loads_definitions => Loads
        })).
        """

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }

    private func json(_ arguments: [String]) async throws -> Value {
        try parse(try await call(arguments), of: arguments[0])
    }

    private func parse(_ bytes: [UInt8], of verb: String) throws -> Value {
        do { return try JSONReader.parse(bytes, limits: .init(bytes: 64 << 20)) } catch {
            throw ExhaustError(.invalidData, "\(program) \(verb) printed no JSON: \(error)")
        }
    }

    @discardableResult
    private func call(_ arguments: [String], input: [UInt8]? = nil) async throws -> [UInt8] {
        let result = try await ProgramCall.run(program, ["--quiet"] + arguments, input: input)
        guard result.status == 0 else {
            throw ExhaustError(
                .unavailable, "\(program) \(arguments[0]) failed: \(result.complaint)",
                advice: "run it where the broker runs, as root or its user")
        }
        return result.output
    }
}

/// Which broker a command administers.
struct BrokerOptions: ParsableArguments {
    @Option(help: "The program that administers the broker.")
    var rabbitmqctl = "rabbitmqctl"

    @Option(help: "The virtual host.")
    var vhost = "exhaust"

    var administration: BrokerAdministration { BrokerAdministration(program: rabbitmqctl, vhost: vhost) }
}
