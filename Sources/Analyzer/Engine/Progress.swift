import ExhaustCore

/// What a key's events amount to, taken in their order: a fold, which can be done again when one comes late.
struct Progress: Sendable, Codable {
    var detector: DetectorState
    /// The occurrence that is going on.
    var episode: Episode?
    /// The one that ended last, until it is told.
    var ended: Episode?
    /// The latest observation in it.
    private(set) var latest: Observation.Place?
    /// When that was handled.
    private var handled: Timestamp?
    /// When the last to be handled was of those that show the fact since it was over.
    private var shown: Timestamp?
    private(set) var flapping = FlapHistory()

    init(_ detector: Detector) { self.detector = DetectorState(detector) }

    /// Takes the next observation.
    mutating func take(_ observation: Observation, _ method: Method, _ limits: Limits) {
        pass(to: observation.time, method, limits)
        if latest.map({ $0 < observation.place }) ?? true {
            latest = observation.place
            handled = observation.handled
        }
        let hold = method.hold
        switch observation.kind {
        case .clears(let holds):
            if episode?.recede(holds, at: observation.time, for: hold, limits: limits) == true { end() }
        case .shows:
            let shown = max(shown ?? observation.handled, observation.handled)
            self.shown = shown
            switch detector.take(observation, method.detector, isOpen: episode != nil, limits: limits) {
            case .none: break
            case .raise(let evidence, let first, let value):
                episode = Episode(
                    first: first, last: observation.time, value: value, evidence: evidence, handled: shown)
            case .evidence(let value): episode?.add(observation, value: value, limits: limits)
            case .linger: _ = episode?.recede(false, at: observation.time, for: hold, limits: limits)
            case .recede:
                if episode?.recede(true, at: observation.time, for: hold, limits: limits) == true { end() }
            case .over: end()
            }
        }
        flapping.note(isOpen: episode != nil, at: observation.time)
    }

    /// Lets time pass up to `time`, when no event came: windows go on without them.
    mutating func pass(to time: Timestamp, _ method: Method, _ limits: Limits) {
        guard case .rate(let rate) = method.detector, case .rate(let watch) = detector, let handled,
            let latest, let turn = watch.turn(rate, isOpen: episode != nil, since: latest.time), turn <= time
        else { return }
        if episode == nil {
            episode = watch.episode(at: turn, rate, handled: handled)
        } else {
            end()
        }
        flapping.note(isOpen: episode != nil, at: turn)
    }

    /// When that will next make a difference: in the time of events, and on the clock of timers.
    func turn(_ method: Method) -> (time: Timestamp, reading: Timestamp)? {
        guard case .rate(let rate) = method.detector, case .rate(let watch) = detector, let latest, let handled,
            let turn = watch.turn(rate, isOpen: episode != nil, since: latest.time)
        else { return nil }
        return (turn, handled + (turn - latest.time))
    }

    /// Settles what happened up to `time`, the latest of it handled at `handled`.
    mutating func settle(before time: Timestamp, _ identity: EventIdentity?, handled: Timestamp) {
        self.handled = handled
        let identity = identity ?? EventIdentity(source: "", id: "")
        latest = Observation.Place(time: time, identity: identity, item: .max, clears: false)
    }

    /// The occurrence is over; what comes next begins anew.
    mutating func end() {
        ended = episode ?? ended
        episode = nil
        shown = nil
        detector.begin()
    }
}
