/// CEL's string extension: positions count code points. What makes text charges for it before.
enum StringFunctions {
    static let table: [ExpressionFunction] = [
        .method("charAt", charAt), .method("indexOf", 2...3, indexOf), .method("lastIndexOf", 2...3, lastIndexOf),
        .method("substring", 2...3, substring), .method("replace", 3...4, replace), .method("split", 2...3, split),
        .method("join", 1...2, join), .method("lowerAscii", lowerASCII), .method("upperAscii", upperASCII),
        .method("trim", trim),
    ]

    private typealias Scalars = [Unicode.Scalar]

    private static let charAt: ExpressionFunction.Binary = { value, index, _ throws(ExpressionProblem) in
        guard case .string(let text) = value, case .int(let index) = index else {
            throw .noOverload("charAt", value.typeName, index.typeName)
        }
        let scalars = Scalars(text.unicodeScalars)
        let place = try position(index, within: scalars.count)
        return .string(place < scalars.count ? String(scalars[place]) : "")
    }

    private static let indexOf: ExpressionFunction.Variadic = { values, meter throws(ExpressionProblem) in
        let (text, part) = try search("indexOf", values)
        let start = values.count == 3 ? try position(integer("indexOf", values[2]), within: text.count) : 0
        try meter.charge(bytes: text.count, times: part.count)
        guard part.count <= text.count else { return -1 }
        let last = text.count - part.count
        guard start <= last else { return -1 }
        return .int((start...last).first { text[$0...].starts(with: part) }.map { Int64($0) } ?? -1)
    }

    private static let lastIndexOf: ExpressionFunction.Variadic = { values, meter throws(ExpressionProblem) in
        let (text, part) = try search("lastIndexOf", values)
        let start =
            values.count == 3 ? try position(integer("lastIndexOf", values[2]), within: text.count) : text.count
        try meter.charge(bytes: text.count, times: part.count)
        guard part.count <= text.count else { return -1 }
        let last = min(start, text.count - part.count)
        return .int((0...last).last { text[$0...].starts(with: part) }.map { Int64($0) } ?? -1)
    }

    private static let substring: ExpressionFunction.Variadic = { values, _ throws(ExpressionProblem) in
        guard case .string(let text) = values[0] else { throw .noOverload("substring", values[0].typeName) }
        let scalars = Scalars(text.unicodeScalars)
        let start = try position(integer("substring", values[1]), within: scalars.count)
        let end =
            values.count == 3 ? try position(integer("substring", values[2]), within: scalars.count) : scalars.count
        guard start <= end else { throw .outOfRange("substring from \(start) to \(end)") }
        return .string(joined(scalars[start..<end]))
    }

    private static let replace: ExpressionFunction.Variadic = { values, meter throws(ExpressionProblem) in
        guard case .string(let text) = values[0], case .string(let old) = values[1], case .string(let new) = values[2]
        else { throw .noOverload("replace", values[0].typeName, values[1].typeName) }
        let most = try most("replace", values, at: 3).map { $0 + 1 } ?? .max
        // An empty text is found between all code points, before the first and behind the last.
        let pieces =
            old.isEmpty
            ? merged([""] + (try cut(text, at: old, most: .max, &meter)) + [""], to: most)
            : try cut(text, at: old, most: most, &meter)
        try meter.charge(bytes: new.utf8.count, times: pieces.count)
        return .string(pieces.joined(separator: new))
    }

    private static let split: ExpressionFunction.Variadic = { values, meter throws(ExpressionProblem) in
        guard case .string(let text) = values[0], case .string(let separator) = values[1] else {
            throw .noOverload("split", values[0].typeName, values[1].typeName)
        }
        let most = try most("split", values, at: 2) ?? .max
        if most == 0 { return .list([]) }
        return .list(try cut(text, at: separator, most: most, &meter).map { .string($0) })
    }

    private static let join: ExpressionFunction.Variadic = { values, meter throws(ExpressionProblem) in
        guard case .list(let elements) = values[0] else { throw .noOverload("join", values[0].typeName) }
        guard case .string(let separator) = values.count == 2 ? values[1] : "" else {
            throw .noOverload("join", values[0].typeName, values[1].typeName)
        }
        try meter.charge(bytes: separator.utf8.count, times: elements.count)
        var text = ""
        for (index, element) in elements.enumerated() {
            guard case .string(let part) = element else { throw .noOverload("join", "a list of \(element.typeName)") }
            try meter.charge(1 + part.utf8.count / 16)
            if index > 0 { text += separator }
            text += part
        }
        return .string(text)
    }

    private static let lowerASCII: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard case .string(let text) = value else { throw .noOverload("lowerAscii", value.typeName) }
        return .string(String(decoding: text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self))
    }

    private static let upperASCII: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard case .string(let text) = value else { throw .noOverload("upperAscii", value.typeName) }
        return .string(String(decoding: text.utf8.map { (97...122).contains($0) ? $0 - 32 : $0 }, as: UTF8.self))
    }

    private static let trim: ExpressionFunction.Unary = { value, _ throws(ExpressionProblem) in
        guard case .string(let text) = value else { throw .noOverload("trim", value.typeName) }
        let front = text.unicodeScalars.drop { $0.properties.isWhitespace }
        guard let last = front.lastIndex(where: { !$0.properties.isWhitespace }) else { return .string("") }
        return .string(String(front[...last]))
    }
}

// What they share.
extension StringFunctions {
    /// The receiver and what is looked for in it.
    private static func search(_ name: String, _ values: [Value]) throws(ExpressionProblem) -> (Scalars, Scalars) {
        guard case .string(let text) = values[0], case .string(let part) = values[1] else {
            throw .noOverload(name, values[0].typeName, values[1].typeName)
        }
        return (Scalars(text.unicodeScalars), Scalars(part.unicodeScalars))
    }

    private static func integer(_ name: String, _ value: Value) throws(ExpressionProblem) -> Int64 {
        guard case .int(let number) = value else { throw .noOverload(name, value.typeName) }
        return number
    }

    /// An index from 0 up to and with `count`, as the place behind the last code point is one.
    private static func position(_ index: Int64, within count: Int) throws(ExpressionProblem) -> Int {
        guard let place = Int(exactly: index), (0...count).contains(place) else {
            throw .indexOutOfRange(.int(index))
        }
        return place
    }

    /// The argument that limits a count; nil if there is none or it is negative.
    private static func most(_ name: String, _ values: [Value], at index: Int) throws(ExpressionProblem) -> Int? {
        guard values.count > index else { return nil }
        let number = try integer(name, values[index])
        return number < 0 ? nil : Int(min(number, Int64(Int32.max)))
    }

    private static func joined(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    /// `text` cut at each `separator` into `most` pieces at most; at an empty one, between code points.
    private static func cut(
        _ text: String, at separator: String, most: Int, _ meter: inout ExpressionMeter
    ) throws(ExpressionProblem) -> [String] {
        if separator.isEmpty {
            try meter.charge(text.utf8.count)
            return merged(text.unicodeScalars.map { String($0) }, to: most)
        }
        let (bytes, wanted) = (Array(text.utf8), Array(separator.utf8))
        var pieces: [String] = []
        var (start, place) = (0, 0)
        while place + wanted.count <= bytes.count, pieces.count + 1 < most {
            if bytes[place] == wanted[0], bytes[place..<place + wanted.count].elementsEqual(wanted) {
                try meter.charge()
                pieces.append(String(decoding: bytes[start..<place], as: UTF8.self))
                place += wanted.count
                start = place
            } else {
                place += 1
            }
        }
        return pieces + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    /// `pieces` with those from place `count` on as one.
    private static func merged(_ pieces: [String], to count: Int) -> [String] {
        guard pieces.count > count, count > 0 else { return pieces }
        return pieces[..<(count - 1)] + [pieces[(count - 1)...].joined()]
    }
}
