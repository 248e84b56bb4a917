extension StringProtocol {
    /// This text with control characters (C0, DEL, C1) as escapes, so that input can neither forge lines nor steer a
    /// terminal.
    public var escapingControls: String {
        guard unicodeScalars.contains(where: Self.isControl) else { return String(self) }
        var text = ""
        for scalar in unicodeScalars {
            if !Self.isControl(scalar) {
                text.unicodeScalars.append(scalar)
            } else {
                text += scalar == "\n" ? "\\n" : "\\x" + String(scalar.value, radix: 16)
            }
        }
        return text
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
    }
}
