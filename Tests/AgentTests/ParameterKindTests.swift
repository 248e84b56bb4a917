import Agent
import ExhaustCore
import Testing

@Suite("Parameters") struct ParameterKindTests {
    @Test("A service's name has one spelling")
    func service() {
        #expect(ParameterKind.service.read("nginx.service") == .some("nginx"))
        #expect(ParameterKind.service.read("getty@tty1") == .some("getty@tty1"))
        for text in ["", ".service", "-nginx", ".nginx", "a/b", "a b", "a\n", "a;b", "ä", "a:b", "a\u{0}"] {
            #expect(ParameterKind.service.read(.string(text)) == Optional<Value>.none)
        }
    }

    @Test("A path is absolute and clean")
    func path() {
        for text in ["/a", "/a/b", "/a/", "/a b/..c", "/...", "/ä"] {
            #expect(ParameterKind.path.read(.string(text)) == .some(.string(text)))
        }
        let unclean = [
            "", "/", "//", "a", "./a", "/a//b", "/a/./b", "/a/..", "/../a", "/a\u{0}b", "/a\nb", "//a", "/a//",
        ]
        for text in unclean {
            #expect(ParameterKind.path.read(.string(text)) == Optional<Value>.none)
        }
    }

    @Test("A pattern names files, not paths; a duration is not negative")
    func others() {
        #expect(ParameterKind.pattern.read("*.tmp") == .some("*.tmp"))
        #expect(ParameterKind.pattern.read("a/b") == Optional<Value>.none)
        #expect(ParameterKind.pattern.read("") == Optional<Value>.none)
        #expect(ParameterKind.duration.read("90s") == .some(.duration(.seconds(90))))
        #expect(ParameterKind.duration.read("-1s") == Optional<Value>.none)
        #expect(ParameterKind.duration.read(90) == Optional<Value>.none)
        #expect(ParameterKind.duration.read("90") == Optional<Value>.none)
    }

    @Test(
        "No kind accepts a value of another type",
        arguments: [
            ParameterKind.service, .path, .pattern, .duration,
        ])
    func otherTypes(_ kind: ParameterKind) {
        for value in [.null, true, 1, 1.5, [], [:], .bytes([97])] as [Value] {
            #expect(kind.read(value) == Optional<Value>.none)
        }
    }

    @Test("Of 20,000 random paths every one accepted stays below its first folder when the system resolves it")
    func randomPaths() {
        var generator = SeededGenerator(seed: 5)
        let parts = ["a", "..", ".", "", "b", "/", "..a", "a..", "\u{1}", "é"]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...6, using: &generator))
                .map { _ in parts.randomElement(using: &generator) ?? "" }.joined(separator: "/")
            guard ParameterKind.path.read(.string("/top/" + text)) != Optional<Value>.none else { continue }
            var depth = 0
            for component in text.split(separator: "/") {
                depth += component == ".." ? -1 : component == "." ? 0 : 1
                #expect(depth > 0)
            }
        }
    }
}
