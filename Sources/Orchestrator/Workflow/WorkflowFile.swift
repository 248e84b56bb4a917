import ExhaustCore

/// A workflow file as it is written, before its meaning is checked.
struct WorkflowFile: Decodable {
    let version: Int
    let workflows: [WorkflowSource]
}

/// One workflow of a file.
struct WorkflowSource: Decodable {
    let name: String
    let description: String?
    let inputs: Named<InputSource>?
    let timeout: Duration?
    let tasks: Named<TaskSource>
}

/// One input of a workflow in a file.
struct InputSource: Decodable {
    let type: String
    let `default`: Value?
    let required: Bool?
    let description: String?
}

/// One task of a workflow in a file.
struct TaskSource: Decodable {
    let adapter: String
    let action: String
    let host: String?
    let with: ValueMap?
    let needs: [String]?
    let timeout: Duration?
    let retry: RetrySource?
    let `if`: String?
}

/// A retry policy in a file.
struct RetrySource: Decodable {
    let max: Int
    let delay: Duration?
    let backoff: Double?
}

/// A map from names that the file's author chose, in the order of the file.
struct Named<Element: Decodable>: Decodable {
    let entries: [(name: String, element: Element)]

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        entries = try container.allKeys.map { key in
            (key.stringValue, try container.decode(Element.self, forKey: key))
        }
    }
}
