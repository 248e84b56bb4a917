import ExhaustCore
import Testing

@testable import ExhaustBroker

@Suite("Publish window")
struct PublishWindowTests {
    private let start = ContinuousClock.now
    private let wallClock = Timestamp(seconds: 1_000_000)

    private func message(
        _ id: Int, key: String = "a", expires: Timestamp? = nil, isReplaceable: Bool = false
    ) -> OutgoingMessage {
        OutgoingMessage(
            route: Route(exchange: "x", routingKey: key), contentType: "", body: [1, 2, 3], messageID: "\(id)",
            type: "",
            host: "", first: "\(id)", last: "\(id)", count: 1, timestamp: 0, expires: expires,
            isReplaceable: isReplaceable)
    }

    /// Everything that the window wants to publish at `time`, by tag and id.
    private func drain(_ window: inout PublishWindow, at time: ContinuousClock.Instant? = nil) -> [String] {
        var sent: [String] = []
        while let step = window.next(now: time ?? start, wallClock: wallClock) {
            switch step {
            case .publish(let tag, let message): sent.append("\(tag):\(message.messageID)")
            case .expired(let number): sent.append("expired \(number)")
            }
        }
        return sent
    }

    private func window(of count: Int, limit: Int = 1000) -> PublishWindow {
        var window = PublishWindow(limit: limit, seed: 1)
        for id in 0..<count { _ = window.append(message(id)) }
        return window
    }

    @Test("knows since when the oldest confirmation is owed")
    func owed() {
        var window = window(of: 3)
        #expect(window.owedSince == nil)
        _ = window.next(now: start, wallClock: wallClock)
        _ = window.next(now: start + .seconds(1), wallClock: wallClock)
        _ = window.next(now: start + .seconds(2), wallClock: wallClock)
        #expect(window.owedSince == start)
        _ = window.confirm(tag: 1, multiple: false, now: start)
        #expect(window.owedSince == start + .seconds(1))
        _ = window.refuse(tag: 2, multiple: false, now: start)
        #expect(window.owedSince == start + .seconds(2))
        window.disconnected()
        #expect(window.owedSince == nil)
    }

    @Test("messages go out in order, and confirms free them singly and multiply")
    func confirms() {
        var window = window(of: 5)
        #expect(drain(&window) == ["1:0", "2:1", "3:2", "4:3", "5:4"])
        #expect(window.confirm(tag: 2, multiple: false, now: start) == [1])
        #expect(window.confirm(tag: 4, multiple: true, now: start) == [0, 2, 3])
        #expect(window.confirm(tag: 4, multiple: true, now: start) == [])
        #expect(window.confirm(tag: 99, multiple: true, now: start) == [4])
        #expect(window.count == 0 && window.bytes == 0)
    }

    @Test("there is no room at the limit of messages or of bytes")
    func bounds() {
        #expect(!window(of: 3, limit: 3).hasRoom)
        #expect(window(of: 2, limit: 3).hasRoom)
        var bytes = PublishWindow(byteLimit: 5, seed: 1)
        _ = bytes.append(message(0))
        #expect(bytes.hasRoom)
        _ = bytes.append(message(1))
        #expect(!bytes.hasRoom)
    }

    @Test("after a lost connection everything unconfirmed goes out again in its first order")
    func resends() {
        var window = window(of: 4)
        _ = window.next(now: start, wallClock: wallClock)
        _ = window.next(now: start, wallClock: wallClock)
        _ = window.next(now: start, wallClock: wallClock)
        _ = window.confirm(tag: 2, multiple: false, now: start)
        window.disconnected()
        #expect(drain(&window) == ["1:0", "2:2", "3:3"])
        // A confirm of the old connection cannot come any more; one of the new is for the new tags.
        #expect(window.confirm(tag: 3, multiple: true, now: start) == [0, 2, 3])
    }

    @Test("a refused route waits alone, tries one message, and then goes on in order")
    func holdsBack() throws {
        var window = PublishWindow(seed: 1)
        for id in 0..<3 { _ = window.append(message(id)) }
        #expect(drain(&window) == ["1:0", "2:1", "3:2"])
        _ = window.append(message(3))
        #expect(window.refuse(tag: 2, multiple: true, now: start) == [Route(exchange: "x", routingKey: "a")])
        _ = window.append(message(4, key: "b"))
        #expect(drain(&window, at: start) == ["4:4"])
        #expect(window.confirm(tag: 3, multiple: false, now: start) == [2])
        let resumes = try #require(window.resumes)
        #expect(resumes > start && resumes <= start + .milliseconds(100))
        #expect(drain(&window, at: resumes) == ["5:0"])
        #expect(window.resumes == nil)
        // Refused again: a longer wait, the same message first.
        #expect(window.refuse(tag: 5, multiple: false, now: resumes) == [])
        let later = try #require(window.resumes)
        #expect(drain(&window, at: later) == ["6:0"])
        #expect(window.confirm(tag: 6, multiple: false, now: later) == [0])
        #expect(drain(&window, at: later) == ["7:1", "8:3"])
    }

    @Test("a returned message is kept, although the broker confirms it")
    func keepsReturned() throws {
        var window = window(of: 2)
        _ = drain(&window)
        window.returned(messageID: "1", route: Route(exchange: "x", routingKey: "a"))
        #expect(window.confirm(tag: 2, multiple: true, now: start) == [0])
        #expect(window.count == 1)
        #expect(drain(&window, at: window.resumes) == ["3:1"])
        #expect(window.confirm(tag: 3, multiple: false, now: start) == [1])
    }

    @Test("while the broker blocks, nothing goes out")
    func blocks() {
        var window = window(of: 1)
        window.isBlocked = true
        #expect(drain(&window).isEmpty && window.resumes == nil)
        window.isBlocked = false
        #expect(drain(&window) == ["1:0"])
    }

    @Test("a message whose time is over is given up, not sent")
    func expires() {
        var window = PublishWindow(seed: 1)
        _ = window.append(message(0, expires: wallClock))
        _ = window.append(message(1, expires: wallClock + .seconds(1)))
        #expect(drain(&window) == ["expired 0", "1:1"])
        #expect(window.count == 1)
    }

    @Test("a heartbeat that waits for a refused route is replaced by the next one")
    func replaces() throws {
        var window = PublishWindow(seed: 1)
        _ = window.append(message(0, isReplaceable: true))
        _ = drain(&window)
        _ = window.refuse(tag: 1, multiple: false, now: start)
        #expect(window.append(message(1, isReplaceable: true)).replaced == 0)
        #expect(window.append(message(2, isReplaceable: true)).replaced == 1)
        #expect(window.count == 1)
        #expect(drain(&window, at: window.resumes) == ["2:2"])
    }

    /// A broker that confirms, refuses, returns and breaks at random, for a thousand messages over three routes.
    @Test("whatever the broker does, every message is confirmed once", arguments: 0..<200)
    func survives(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var window = PublishWindow(limit: 50, seed: seed)
        var now = start
        var next = 0
        var done: [Int] = []
        var flying: [(tag: UInt64, message: OutgoingMessage)] = []
        var rounds = 0
        while done.count < 1000, rounds < 100_000 {
            rounds += 1
            while next < 1000, window.hasRoom {
                _ = window.append(message(next, key: "\(next % 3)"))
                next += 1
            }
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                guard case .publish(let tag, let message)? = window.next(now: now, wallClock: wallClock) else { break }
                flying.append((tag, message))
            }
            now += .milliseconds(50)
            guard let index = flying.indices.randomElement(using: &generator) else { continue }
            switch Int.random(in: 0..<10, using: &generator) {
            case 0:
                window.disconnected()
                flying = []
            case 1:
                _ = window.refuse(tag: flying[index].tag, multiple: false, now: now)
                flying.remove(at: index)
            case 2:
                let (tag, message) = flying.remove(at: index)
                window.returned(messageID: message.messageID, route: message.route)
                #expect(window.confirm(tag: tag, multiple: false, now: now).isEmpty)
            case 3: done += window.confirm(tag: flying.remove(at: index).tag, multiple: false, now: now)
            default:
                done += window.confirm(tag: flying[index].tag, multiple: true, now: now)
                flying.removeFirst(index + 1)
            }
        }
        #expect(done.sorted() == Array(0..<1000))
        #expect(window.count == 0 && window.bytes == 0 && window.refusedRoutes.isEmpty)
    }
}
