/// The functions' signatures, a row each; names with a dot first are methods.
///
/// Of the overloads that fit, the first counts. The last one of some gives `dyn` for what CEL's own checker refuses,
/// though it works: that of mixed numbers, lists and alternatives.
enum FunctionSignatures {
    /// The overloads of the function, or method, `name`; `nil` if it is not in the table.
    static func overloads(of name: String, isMethod: Bool) -> [FunctionSignature]? {
        table[isMethod ? "." + name : name]
    }

    /// The overloads of an operator.
    static func overloads(of operation: ExpressionNode.Operator) -> [FunctionSignature] {
        table[operation.rawValue] ?? []
    }

    /// The overloads of a minus before a value.
    static let negation = table["-x"] ?? []

    /// Rows that are not written as they should be; a test wants none.
    static let malformed = rows.filter { FunctionSignature.overloads($0.1) == nil }.map(\.0)

    private static let table: [String: [FunctionSignature]] = {
        let order = ["<", "<=", ">", ">="].map { ($0, ordering) }
        let pairs = (rows + order).map { ($0.0, FunctionSignature.overloads($0.1) ?? []) }
        return Dictionary(pairs) { $0 + $1 }
    }()

    private static let ordering = """
        number, number -> bool; string, string -> bool; bytes, bytes -> bool; bool, bool -> bool;
        timestamp, timestamp -> bool; duration, duration -> bool
        """

    private static let rows: [(String, String)] =
        operators + core + times + strings + lists + numbers + optionals + network

    private static let operators = [
        (
            "+",
            """
            int, int -> int; uint, uint -> uint; double, double -> double; string, string -> string;
            bytes, bytes -> bytes; list(A), list(A) -> list(A); list(A), list(B) -> list(dyn);
            timestamp, duration -> timestamp; duration, timestamp -> timestamp; duration, duration -> duration
            """
        ),
        (
            "-",
            """
            int, int -> int; uint, uint -> uint; double, double -> double; timestamp, timestamp -> duration;
            timestamp, duration -> timestamp; duration, duration -> duration
            """
        ),
        ("*", "int, int -> int; uint, uint -> uint; double, double -> double"),
        ("/", "int, int -> int; uint, uint -> uint; double, double -> double"),
        ("%", "int, int -> int; uint, uint -> uint"),
        ("-x", "int -> int; double -> double"),
    ]

    private static let core = [
        ("size", "string | bytes | list(A) | map(A, B) -> int"),
        (".size", "string | bytes | list(A) | map(A, B) -> int"),
        ("int", "number | string | timestamp -> int"),
        ("uint", "number | string -> uint"),
        ("double", "number | string -> double"),
        ("string", "number | bool | string | bytes | timestamp | duration | net.IP | net.CIDR -> string"),
        ("bool", "bool | string -> bool"),
        ("bytes", "bytes | string -> bytes"),
        ("timestamp", "timestamp | string | int -> timestamp"),
        ("duration", "duration | string -> duration"),
        ("type", "A -> type(A)"),
        ("dyn", "A -> dyn"),
        (".startsWith", "string, string -> bool"),
        (".endsWith", "string, string -> bool"),
        (".contains", "string, string -> bool"),
        ("matches", "string, string -> bool"),
        (".matches", "string, string -> bool"),
    ]

    private static let times = [
        (".getFullYear", "timestamp -> int; timestamp, string -> int"),
        (".getMonth", "timestamp -> int; timestamp, string -> int"),
        (".getDate", "timestamp -> int; timestamp, string -> int"),
        (".getDayOfMonth", "timestamp -> int; timestamp, string -> int"),
        (".getDayOfWeek", "timestamp -> int; timestamp, string -> int"),
        (".getDayOfYear", "timestamp -> int; timestamp, string -> int"),
        (".getHours", "timestamp | duration -> int; timestamp, string -> int"),
        (".getMinutes", "timestamp | duration -> int; timestamp, string -> int"),
        (".getSeconds", "timestamp | duration -> int; timestamp, string -> int"),
        (".getMilliseconds", "timestamp | duration -> int; timestamp, string -> int"),
    ]

    private static let strings = [
        (".charAt", "string, int -> string"),
        (".indexOf", "string, string -> int; string, string, int -> int"),
        (".lastIndexOf", "string, string -> int; string, string, int -> int"),
        (".substring", "string, int -> string; string, int, int -> string"),
        (".replace", "string, string, string -> string; string, string, string, int -> string"),
        (".split", "string, string -> list(string); string, string, int -> list(string)"),
        (".join", "list(string) -> string; list(string), string -> string"),
        (".lowerAscii", "string -> string"),
        (".upperAscii", "string -> string"),
        (".trim", "string -> string"),
        (".format", "string, list(A) -> string"),
        (".reverse", "string -> string; list(A) -> list(A)"),
        ("strings.quote", "string -> string"),
        ("base64.encode", "bytes -> string"),
        ("base64.decode", "string -> bytes"),
    ]

    private static let lists = [
        ("lists.range", "int -> list(int)"),
        (".slice", "list(A), int, int -> list(A)"),
        (".flatten", "list(A) -> list(dyn); list(A), int -> list(dyn)"),
        (".sort", "list(A) -> list(A)"),
        (".distinct", "list(A) -> list(A)"),
        (".first", "list(A) -> optional(A)"),
        (".last", "list(A) -> optional(A)"),
    ]

    private static let numbers = [
        ("math.greatest", extreme),
        ("math.least", extreme),
        ("math.ceil", "double -> double"),
        ("math.floor", "double -> double"),
        ("math.round", "double -> double"),
        ("math.trunc", "double -> double"),
        ("math.abs", "int -> int; uint -> uint; double -> double"),
        ("math.sign", "int -> int; uint -> uint; double -> double"),
        ("math.sqrt", "number -> double"),
        ("math.isNaN", "double -> bool"),
        ("math.isInf", "double -> bool"),
        ("math.isFinite", "double -> bool"),
        ("math.bitAnd", "int, int -> int; uint, uint -> uint"),
        ("math.bitOr", "int, int -> int; uint, uint -> uint"),
        ("math.bitXor", "int, int -> int; uint, uint -> uint"),
        ("math.bitNot", "int -> int; uint -> uint"),
        ("math.bitShiftLeft", "int, int -> int; uint, int -> uint"),
        ("math.bitShiftRight", "int, int -> int; uint, int -> uint"),
    ]

    private static let extreme = """
        list(int) -> int; list(uint) -> uint; list(double) -> double; int... -> int; uint... -> uint;
        double... -> double; number... -> dyn
        """

    private static let optionals = [
        ("optional.of", "A -> optional(A)"),
        ("optional.none", "() -> optional(A)"),
        ("optional.ofNonZeroValue", "A -> optional(A)"),
        (".hasValue", "optional(A) -> bool"),
        (".value", "optional(A) -> A"),
        (".or", "optional(A), optional(A) -> optional(A); optional(A), optional(B) -> optional(dyn)"),
        (".orValue", "optional(A), A -> A; optional(A), B -> dyn"),
    ]

    private static let network = [
        ("ip", "string | net.IP -> net.IP"),
        ("cidr", "string | net.CIDR -> net.CIDR"),
        ("isIP", "string -> bool"),
        ("isCIDR", "string -> bool"),
        ("ip.isCanonical", "string -> bool"),
        (".ip", "net.CIDR -> net.IP"),
        (".family", "net.IP -> int"),
        (".isUnspecified", "net.IP -> bool"),
        (".isLoopback", "net.IP -> bool"),
        (".isGlobalUnicast", "net.IP -> bool"),
        (".isLinkLocalMulticast", "net.IP -> bool"),
        (".isLinkLocalUnicast", "net.IP -> bool"),
        (".containsIP", "net.CIDR, string | net.IP -> bool"),
        (".containsCIDR", "net.CIDR, string | net.CIDR -> bool"),
        (".masked", "net.CIDR -> net.CIDR"),
        (".prefixLength", "net.CIDR -> int"),
    ]
}
