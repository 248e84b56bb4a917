import CYAML
import Glibc

/// Reads YAML through libyaml's event parser into values, by the core schema of YAML 1.2: what is plain and looks
/// like a number, a truth value or null is one; `yes` and `no` are strings.
///
/// Left out on purpose: anchors and aliases (which make small files huge), tags, several documents in a file.
public enum YAMLReader {
    private static let depthLimit = 32
    private static let sizeLimit = 4 << 20

    /// Reads the file at `path`. Throws `ExhaustError` with file and line.
    public static func read(_ path: String) throws(ExhaustError) -> YAMLDocument {
        try parse(try FileContent.read(path, limit: sizeLimit), file: path)
    }

    /// Reads `text`; `file` names it in errors.
    public static func parse(_ text: String, file: String) throws(ExhaustError) -> YAMLDocument {
        try parse(Array(text.utf8), file: file)
    }

    /// Reads `bytes`; `file` names them in errors.
    public static func parse(_ bytes: [UInt8], file: String) throws(ExhaustError) -> YAMLDocument {
        var builder = YAMLBuilder(file: file, depthLimit: depthLimit)
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { throw ExhaustError(.software, "out of memory", at: file) }
        defer { yaml_parser_delete(&parser) }
        let failure: ExhaustError? = bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            return drive(&parser, &builder, file: file)
        }
        if let failure { throw failure }
        return YAMLDocument(
            root: builder.root ?? .map([:]), file: file, lines: builder.lines, scalars: builder.scalars, bytes: bytes)
    }

    private static func drive(
        _ parser: inout yaml_parser_t, _ builder: inout YAMLBuilder, file: String
    ) -> ExhaustError? {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else { return syntaxError(parser, file: file) }
            defer { yaml_event_delete(&event) }
            if event.type == YAML_STREAM_END_EVENT { return nil }
            do {
                try builder.take(event)
            } catch {
                return error
            }
        }
    }

    private static func syntaxError(_ parser: yaml_parser_t, file: String) -> ExhaustError {
        let problem = parser.problem.map { String(cString: $0) } ?? "malformed YAML"
        let mark = parser.error == YAML_READER_ERROR ? parser.mark : parser.problem_mark
        return ExhaustError(.configuration, problem, at: "\(file):\(mark.line + 1):\(mark.column + 1)")
    }
}
