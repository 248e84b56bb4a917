import ExhaustCore
import ExhaustRuntime
import Glibc

// Which files there are.
extension FileFollower {
    /// Looks which files there are, once a second and when a folder has changed.
    func scanIfDue() async throws {
        guard isDue || nextScan <= .now else { return }
        isDue = false
        nextScan = .now + Self.scanInterval
        let (found, folders) = finder.find()
        watch.follow(folders)
        // Who had a path before is read to its end before who has it now.
        var former = Dictionary(files.map { ($0.path, $0) }) { _, later in later }
        for file in files {
            let place = found[file.state.identity]
            file.isMatched = place != nil
            if let place { file.path = place.path }
        }
        let known = Set(files.map(\.state.identity))
        try await reopenRenamed(found, in: folders, &former)
        for (identity, place) in found.sorted(by: { Self.isEarlier($0.value, $1.value) })
        where !known.contains(identity) {
            guard book.resting[identity].map({ !Self.isUnchanged($0, place.state) }) ?? true else { continue }
            try await open(place, book.resting[identity], isMatched: true, &former)
        }
        for rule in finder.rules where book.rules.insert(rule.path).inserted { hasNews = true }
        if hasNews { save() }
    }

    private static func isEarlier(_ one: FileFinder.Found, _ other: FileFinder.Found) -> Bool {
        (one.state.changed, one.path) < (other.state.changed, other.path)
    }

    private static func isUnchanged(_ position: FilePosition, _ state: OpenFile.State) -> Bool {
        position.offset == state.size && position.size == state.size && position.changed == state.changed
    }

    /// Goes on with known files that were renamed to where no rule looks, and forgets those that are gone.
    private func reopenRenamed(
        _ found: [FileIdentity: FileFinder.Found], in folders: [String],
        _ former: inout [String: FollowedFile]
    ) async throws {
        let missing = book.resting.filter { found[$0.key] == nil }
        var renamed: [FileIdentity: FileFinder.Found] = [:]
        for path in FileFinder.locate(Set(missing.keys.map(\.inode)), in: folders) {
            guard let state = OpenFile.State(path: path), let position = missing[state.identity] else { continue }
            let rule = finder.rules.first { $0.path == position.rule }
            if let rule { renamed[state.identity] = .init(path: path, rule: rule, state: state) }
        }
        for (identity, position) in missing.sorted(by: { $0.value.changed < $1.value.changed }) {
            guard let place = renamed[identity] else {
                try await forget(position)
                continue
            }
            if !Self.isUnchanged(position, place.state) { try await open(place, position, isMatched: false, &former) }
        }
    }

    private func forget(_ position: FilePosition) async throws {
        book.resting[position.identity] = nil
        hasNews = true
        // Nobody asks for the files of a rule that is gone.
        guard position.size > position.offset, finder.rules.contains(where: { $0.path == position.rule }) else {
            return
        }
        try await tellLoss(position.size - position.offset, of: position.path, "went away")
    }

    /// Opens a file and goes on where `position` says, if it is one in this file.
    private func open(
        _ place: FileFinder.Found, _ position: FilePosition?, isMatched: Bool, _ former: inout [String: FollowedFile]
    ) async throws {
        guard makeRoom() else {
            // It waits for one of the others to be done with.
            nextScan = .now + Self.scanInterval / 10
            return
        }
        do {
            guard let file = try OpenFile.open(place.path) else { return }
            let state = try file.state()
            // The name may lead elsewhere by now; the next look will see.
            guard state.identity == place.state.identity, !isOwnLog(state, place.path) else { return }
            var known = position
            if let position, try !isIn(file, state, position) {
                try await forget(position)
                known = nil
            }
            let start = try known?.offset ?? newStart(file, state, place.rule)
            let isSameGrouping = known?.grouping == place.rule.grouping.name
            let followed = try FollowedFile(
                file, path: place.path, rule: place.rule, state: state, offset: start,
                cuts: isSameGrouping ? known?.cuts ?? [] : [],
                feed: makeFeed(isSameGrouping ? known?.numbering : nil), limit: settings().messageBytes)
            followed.predecessor = former[place.path]
            followed.isMatched = isMatched
            if let known { former[known.path] = followed }
            book.resting[state.identity] = nil
            files.append(followed)
            hasNews = true
            logger.log(
                level: position == nil ? .info : .debug, "following a file",
                metadata: ["file.path": "\(place.path)", "file.offset": "\(start)"])
        } catch let error as ExhaustError {
            report(error, of: place.path)
        }
    }

    /// Whether a saved position is one in this file: the inode may be another file's by now, and this one may have been
    /// cut short.
    private func isIn(_ file: OpenFile, _ state: OpenFile.State, _ position: FilePosition) throws(ExhaustError) -> Bool
    {
        guard state.size >= position.offset else { return false }
        return Fingerprint(try file.head(position.fingerprint.length)) == position.fingerprint
    }

    /// Where to begin in a file that is not known. Only what was there before its rule was in force may be passed over.
    private func newStart(_ file: OpenFile, _ state: OpenFile.State, _ rule: FileRule) throws(ExhaustError) -> UInt64 {
        if rule.from == .start || book.rules.contains(rule.path) { return 0 }
        return try file.lineStart(before: state.size)
    }

    /// Whether the emitter itself writes to the file: reading it would never end.
    private func isOwnLog(_ state: OpenFile.State, _ path: String) -> Bool {
        var status = stat()
        guard
            [STDOUT_FILENO, STDERR_FILENO].contains(where: {
                fstat($0, &status) == 0 && OpenFile.State(status)?.identity == state.identity
            })
        else { return false }
        report(ExhaustError(.configuration, "the emitter itself writes to it", at: path), of: path)
        return true
    }

    /// Puts the file to rest that was quiet for the longest, if there are too many. Gives whether one more can be
    /// opened.
    private func makeRoom() -> Bool {
        guard files.count >= limit else { return true }
        for file in files where file.advance() { hasNews = true }
        guard let file = files.filter({ $0.isAtEnd && $0.isConfirmed }).max(by: { $0.quiet < $1.quiet }) else {
            return false
        }
        putToRest(file)
        return true
    }
}

// How far they are done with.
extension FileFollower {
    /// Notes what is confirmed, and is done with files that have left; saves the positions once a second.
    func checkpoint(isLast: Bool = false) {
        guard isLast || nextCheckpoint <= .now else { return }
        nextCheckpoint = .now + Self.scanInterval
        for file in files where file.advance() { hasNews = true }
        for file in files where file.hasLeft && file.isAtEnd && file.isConfirmed && file.quiet > Self.farewell {
            putToRest(file)
        }
        leaving.removeAll { $0.isEmpty }
        if hasNews { save() }
    }

    /// Closes a file of which all is confirmed. Its position stays until the next look finds that it has gone.
    private func putToRest(_ file: FollowedFile) {
        _ = file.advance()
        logger.debug("a file is done with", metadata: ["file.path": "\(file.path)"])
        file.feed.finish()
        book.resting[file.state.identity] = file.position
        files.removeAll { $0 === file }
        for other in files where other.predecessor === file { other.predecessor = nil }
        hasNews = true
    }

    /// Saves all positions. That can fail on a full disk, where the emitter shall go on: a restart would only find
    /// earlier positions and send some messages again.
    func save() {
        do {
            try book.save(stateFile, boot: boot, open: files.map(\.position))
            hasNews = false
        } catch {
            logger.warning("the positions are not saved", metadata: ["error.message": "\(error)"])
        }
    }
}
