# Reports each command of an interactive fish to exhaust-emitter-cli-logging: what was typed, where, when, and how it
# ended. Lies in fish's conf.d; `install-hooks` puts it there.

status is-interactive; or exit 0

set -g __exhaust_helper /usr/local/bin/exhaust-cli-report
set -q EXHAUST_CLI_REPORT; and set -g __exhaust_helper $EXHAUST_CLI_REPORT
set -g __exhaust_socket /run/exhaust/cli.sock
set -q EXHAUST_CLI_SOCKET; and set -g __exhaust_socket $EXHAUST_CLI_SOCKET
set -g __exhaust_number 0

function __exhaust_preexec --on-event fish_preexec
    set -g __exhaust_number (math $__exhaust_number + 1)
    test -S "$__exhaust_socket" -a -x "$__exhaust_helper"; or return 0
    EXHAUST_CLI_SOCKET=$__exhaust_socket EXHAUST_CLI_COMMAND=(string sub --length 32001 -- $argv[1] | string collect) \
        $__exhaust_helper start fish $__exhaust_number >/dev/null 2>&1
end

function __exhaust_postexec --on-event fish_postexec
    set -l result $status
    set -l spent (math $CMD_DURATION x 1000)
    test -S "$__exhaust_socket" -a -x "$__exhaust_helper"; or return 0
    EXHAUST_CLI_SOCKET=$__exhaust_socket $__exhaust_helper end fish $__exhaust_number $result $spent >/dev/null 2>&1
end
