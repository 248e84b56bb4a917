import ExhaustCore
import Testing

@testable import SyslogEmitter

@Suite("Configuration of inputs that can be read again")
struct SourceConfigurationTests {
    private func decode(_ yaml: String) throws -> SourceConfiguration {
        try ConfigurationSource(text: yaml, file: "syslog.yaml").decode(SourceConfiguration.self)
    }

    @Test("there are none without keys, and every key is read")
    func keys() throws {
        #expect(try decode("{}").isEmpty)
        #expect(try decode("journald: false").isEmpty)
        let configuration = try decode(
            #"""
            files:
            - path: /var/log/*.log
            - {path: /b, format: plain, app_name: b, from: start, multiline: {start: '\d\d:'}}
            - {path: /c, multiline: {indented: true}}
            max_open_files: 8
            kmsg: true
            journald: {program: /bin/sh, arguments: [-u, ssh], from: start}
            state_directory: /tmp/state
            """#)
        #expect(configuration.files.map(\.path) == ["/var/log/*.log", "/b", "/c"])
        #expect(configuration.files.map(\.format) == [.syslog, .plain, .syslog])
        #expect(configuration.files.map(\.from) == [.end, .start, .end])
        #expect(configuration.files.map(\.grouping.name) == ["single", #"start \d\d:"#, "indented"])
        #expect(configuration.files[1].appName == "b")
        #expect(configuration.openFiles == 8)
        #expect(configuration.kernel)
        #expect(configuration.journal?.arguments == ["-u", "ssh"])
        #expect(configuration.journal?.from == .start)
        #expect(configuration.stateFolder == "/tmp/state")
    }

    @Test(
        "A wrong value is refused with file, line and key",
        arguments: [
            ("files: [{path: log}]", "files[0].path: must be the absolute path of a file, or a pattern of such"),
            ("files: [{format: plain}]", "files[0]: 'path' is missing"),
            ("files: [{path: /a}, {path: /a}]", "files[1].path: '/a' is there already"),
            ("files: [{path: /a, format: x}]", "files[0].format: must be one of syslog, plain"),
            ("files: [{path: /a, from: x}]", "files[0].from: must be one of start, end"),
            ("files: [{path: /a, app_name: ''}]", "files[0].app_name: must not be empty"),
            ("files: [{path: /a, app_nam: a}]", "files[0].app_nam: unknown key, did you mean 'app_name'?"),
            ("files: [{path: /a, multiline: {}}]", "files[0].multiline: write {indented: true} or {start: PATTERN}"),
            (
                #"files: [{path: /a, multiline: {start: '\x'}}]"#,
                #"files[0].multiline.start: '\x' is no pattern; write what a line begins with, with \d, \w and \s "#
                    + "for a digit, a word's character and a space"
            ),
            ("max_open_files: 1", "max_open_files: must be within 8 and 65536"),
            ("kmsg: 1", "kmsg: expected true or false, found int"),
            ("journald: {fro: end}", "journald.fro: unknown key, did you mean 'from'?"),
            ("journald: {program: /no}", "journald.program: there is no program '/no' that can be run"),
            ("journald: {arguments: [-f]}", "journald.arguments[0]: '-f' is what the emitter decides"),
            ("state_directory: x", "state_directory: must be an absolute path"),
        ])
    func wrong(yaml: String, message: String) throws {
        let error = try #require(throws: ExhaustError.self) { try decode(yaml) }
        #expect(error.description == "syslog.yaml:1: \(message)")
    }
}
