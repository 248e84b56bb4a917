# Reports each command of an interactive zsh to exhaust-emitter-cli-logging: what was typed, where, when, and how it
# ended. Sourced by zsh's zshrc; `install-hooks` adds the line.

[[ -o interactive ]] || return 0
zmodload -F zsh/datetime p:EPOCHREALTIME 2>/dev/null || return 0

typeset -g __exhaust_helper=${EXHAUST_CLI_REPORT:-/usr/local/bin/exhaust-cli-report}
typeset -g __exhaust_socket=${EXHAUST_CLI_SOCKET:-/run/exhaust/cli.sock}
typeset -gi __exhaust_number=0 __exhaust_running=0
typeset -gF __exhaust_began=0

# Reports the end, with the status and the microseconds, if they are known.
__exhaust_report_end() {
    __exhaust_running=0
    [[ -S $__exhaust_socket ]] &&
        EXHAUST_CLI_SOCKET=$__exhaust_socket "$__exhaust_helper" end zsh $__exhaust_number $@ >/dev/null 2>&1
    return 0
}

# $1 is what was typed, and $3 what is run if there is no history to take the former from.
__exhaust_preexec() {
    local result=$?
    emulate -L zsh
    # Whoever took the hook out of precmd_functions has the last command's end reported here, without its time.
    ((__exhaust_running)) && __exhaust_report_end $result
    ((__exhaust_number++))
    __exhaust_running=1
    local command=${1:-$3}
    [[ -S $__exhaust_socket ]] &&
        EXHAUST_CLI_SOCKET=$__exhaust_socket EXHAUST_CLI_COMMAND=${command[1,32001]} \
            "$__exhaust_helper" start zsh $__exhaust_number >/dev/null 2>&1
    __exhaust_began=$EPOCHREALTIME
    return 0
}

__exhaust_precmd() {
    local result=$? now=$EPOCHREALTIME
    emulate -L zsh
    ((__exhaust_running)) || return 0
    local -i spent=$(((now - __exhaust_began) * 1000000))
    __exhaust_report_end $result $spent
}

# Others' functions are kept; ours are first, so that their time is not the command's.
typeset -ga preexec_functions precmd_functions
preexec_functions=(${preexec_functions:#__exhaust_preexec} __exhaust_preexec)
precmd_functions=(__exhaust_precmd ${precmd_functions:#__exhaust_precmd})
