/// A line typed in a session, and the one event that must come of it.
struct SessionLine {
    var text: String
    /// As the event has it; `nil` if nobody can know it.
    var status: Int64?
    var folder: String
    var user: Int64
    /// What the prompt after it shows, if not `status`.
    var shows: Int64?
    /// The output after which Ctrl-C is pressed.
    var interruptAfter: String?
    /// How many programs the kernel must have seen for it, where that is certain.
    var programs: Int?
    /// Whether the hook is off, so that the kernel alone sees it.
    var isHookOff = false
    /// Whether the session ends with it.
    var isLast = false

    init(
        _ text: String, _ status: Int64? = 0, in folder: String = "/usr", by user: Int64 = 0, shows: Int64? = nil,
        interruptAfter: String? = nil, programs: Int? = nil
    ) {
        (self.text, self.status, self.folder, self.user) = (text, status, folder, user)
        (self.shows, self.interruptAfter, self.programs) = (shows, interruptAfter, programs)
    }

    private func with(_ change: (inout SessionLine) -> Void) -> SessionLine {
        var line = self
        change(&line)
        return line
    }

    /// The same in a shell whose hook is off.
    var unhooked: SessionLine { with { $0.isHookOff = true } }
    var last: SessionLine { with { $0.isLast = true } }
}

extension SessionLine {
    private static let nobody: Int64 = 65_534

    /// What bash and zsh read alike.
    private static let common: [SessionLine] = [
        .init("cd /usr", in: "/"), .init("echo plain", programs: 0), .init("false", 1),
        .init("cat /etc/passwd | sort | wc -l", programs: 3),
        .init("cat <<E\nbody of it\nE", programs: 1),
        .init("for i in 1 2; do\ntest $i = 2\ndone"), .init("echo one \\\ntwo"),
        .init("alias hi='sh -c \"exit 4\"'"), .init("hi", 4), .init("f() { return 3; }"), .init("f", 3),
        .init("(exit 7)", 7), .init("( cd /; exec ls nowhere )", 2, programs: 1),
        .init("no-such-program", 127), .init("/etc/passwd", 126),
        .init("sh -c 'echo go''ing; sleep 60'", 130, interruptAfter: "going"),
        .init("sleep 0.3 &", programs: 1), .init("wait"), .init(" echo not for the history"),
        .init("sh -c 'kill -9 $$'", 137), .init("$S"),
        .init("sudo -u nobody sh -c 'exit 9'", 9), .init("su -s /bin/sh nobody -c 'exit 8'", 8),
    ]

    static let bash =
        common + [
            .init("sudo -u nobody bash", 5, shows: 0), .init("id -u", by: nobody, programs: 1),
            .init("exit 5", 5, by: nobody, programs: 0),
            .init("su -s /bin/bash nobody", 11, shows: 0),
            .init("exec env X=1 sh -c 'exit 11'", 11, by: nobody),
            .init("PROMPT_COMMAND='printf \"<ready:%s>\" $?'"), .init("sh -c 'sleep 0.1; exit 12'", 12),
            .init("PS0= && bind -r '\\C-m' && bind '\"\\C-m\": accept-line'", nil, shows: 0),
            .init("sh -c 'sleep 0.15; exit 6'", 6).unhooked, .init("exec sh -c 'sleep 0.1; exit 3'", 3).unhooked.last,
        ]

    static let zsh =
        common + [
            .init("sudo -u nobody HOME=$HOME zsh", 5, shows: 0), .init("id -u", by: nobody, programs: 1),
            .init("exit 5", 5, by: nobody, programs: 0),
            .init("su -s /bin/zsh nobody", 11, shows: 0),
            .init("exec env X=1 sh -c 'exit 11'", 11, by: nobody),
            .init("precmd_functions=()"), .init("sh -c 'sleep 0.1; exit 12'", 12),
            .init("preexec_functions=()", nil, shows: 0),
            .init("sh -c 'sleep 0.15; exit 6'", 6).unhooked, .init("exec sh -c 'sleep 0.1; exit 3'", 3).unhooked.last,
        ]

    static let fish: [SessionLine] = [
        .init("cd /usr", in: "/"), .init("echo plain", programs: 0), .init("false", 1),
        .init("cat /etc/passwd | sort | wc -l", programs: 3),
        .init("for i in 1 2\ntest $i = 2\nend"), .init("echo one \\\ntwo"),
        .init("alias hi 'sh -c \"exit 4\"'"), .init("hi", 4), .init("function f; return 3; end"), .init("f", 3),
        .init("begin; true; false; end", 1), .init("fish -c 'cd /; exit 7'", 7, programs: 1),
        .init("no-such-program", 127), .init("/etc/passwd", 126),
        .init("sh -c 'echo go''ing; sleep 60'", 130, interruptAfter: "going"),
        .init(" echo not for the history"),
        // fish's own `$status` stays what it was, for what it starts in the background.
        .init("sleep 0.3 &", programs: 1), .init("wait"), .init("echo (echo substituted)"),
        .init("not true", 1), .init("set x 1; test $x = 2", 1),
        .init("eval false", 1), .init("string length abc"), .init("sh -c 'kill -9 $$'", 137), .init("$S"),
        .init("sudo -u nobody sh -c 'exit 9'", 9), .init("su -s /bin/sh nobody -c 'exit 8'", 8),
        .init("sudo -u nobody HOME=$HOME fish", 5, shows: 0), .init("id -u", by: nobody, programs: 1),
        .init("exit 5", 5, by: nobody, programs: 0),
        .init("su -s /usr/bin/fish nobody", 11, shows: 0), .init("exec env X=1 sh -c 'exit 11'", 11, by: nobody),
        .init("functions -e __exhaust_preexec __exhaust_postexec", nil, shows: 0),
        .init("sh -c 'sleep 0.15; exit 6'", 6).unhooked, .init("exec sh -c 'sleep 0.1; exit 3'", 3).unhooked.last,
    ]
}
