# Reports each command of an interactive bash to exhaust-emitter-cli-logging: what was typed, where, when, and how it
# ended. Needs bash 5. Sourced by /etc/bash.bashrc and /etc/profile.d; `install-hooks` writes both.
#
# The start is reported from PS0, the end from PROMPT_COMMAND; DEBUG traps are left to others. What was typed is taken
# from the line editor when Enter is pressed, so that history settings neither matter nor change; a shell without line
# editing gives its history entry.

[[ $- == *i* && ${BASH_VERSINFO[0]:-0} -ge 5 ]] || return 0

__exhaust_helper=${EXHAUST_CLI_REPORT:-/usr/local/bin/exhaust-cli-report}
__exhaust_socket=${EXHAUST_CLI_SOCKET:-/run/exhaust/cli.sock}
__exhaust_typed='' __exhaust_none='' __exhaust_start='' __exhaust_hook='' __exhaust_entry='' __exhaust_ready=''
# How many commands were run since the prompt: two if two lines were pasted, and none for an empty line or Ctrl-C.
__exhaust_run=0
__exhaust_began=0 __exhaust_number=1 __exhaust_history='\!'

# Runs in the subshell of PS0, which becomes the helper: one fork, and the helper's parent is the shell.
__exhaust_report_start() {
    ((__exhaust_run == 1)) || exit 0
    local command=$__exhaust_typed
    if [[ -z $command && ${__exhaust_history@P} != "$__exhaust_entry" ]]; then
        command=$(HISTTIMEFORMAT='' history 1)
        [[ $command =~ ^\ *[0-9]+[\ *]\ (.*)$ ]] && command=${BASH_REMATCH[1]}
    fi
    [[ -n $command ]] || exit 0
    EXHAUST_CLI_SOCKET=$__exhaust_socket EXHAUST_CLI_COMMAND=${command:0:32001} \
        exec "$__exhaust_helper" start bash "$__exhaust_number"
}

# Reports the end, with the status and the microseconds, if they are known. In a command substitution the helper is no
# job, and the terminal stays the shell's.
__exhaust_report_end() {
    [[ -S $__exhaust_socket ]] &&
        : "$(EXHAUST_CLI_SOCKET=$__exhaust_socket exec "$__exhaust_helper" end bash "$__exhaust_number" "$@" 2>/dev/null)"
    ((__exhaust_number++, __exhaust_run = 0))
}

# Lets PS0 report only if there is a socket, since an emitter that is not there should cost no fork.
__exhaust_listen() {
    __exhaust_hook=''
    [[ ! -S $__exhaust_socket ]] || __exhaust_hook='$(__exhaust_report_start 2>/dev/null)'
}

# The first of PROMPT_COMMAND; leaves `$?` as it was.
__exhaust_prompt() {
    local status=$? now=${EPOCHREALTIME/[.,]/}
    { local -; set +eux; } 2>/dev/null
    ((__exhaust_run)) && __exhaust_report_end "$status" $((now - __exhaust_began))
    __exhaust_typed='' __exhaust_entry=${__exhaust_history@P}
    __exhaust_listen
    return "$status"
}

# Enter was pressed: a line more of the command. Its argument is `$_`, which stays thereby.
__exhaust_accept() {
    local status=$?
    { local -; set +eux; } 2>/dev/null
    [[ -n $__exhaust_ready ]] || __exhaust_install
    __exhaust_ready=1
    # Whoever took the hook out of PROMPT_COMMAND has the last command's end reported here, without its time.
    if ((__exhaust_run)) && [[ ${PROMPT_COMMAND[*]-} != *__exhaust_prompt* ]]; then
        __exhaust_report_end "$status"
        __exhaust_typed=''
    fi
    __exhaust_typed+=${__exhaust_typed:+$'\n'}$READLINE_LINE
    return "$status"
}

# Puts the hook first in PROMPT_COMMAND and last in PS0. Again at the first Enter, since the user's own .bashrc, which is
# read after this file, may have set them anew.
__exhaust_install() {
    local ps0='${__exhaust_none:$((__exhaust_run++, 0)):0}${__exhaust_hook@P}'
    ps0+='${__exhaust_none:$((__exhaust_run > 1 || (__exhaust_began = ${EPOCHREALTIME/[.,]/}), 0)):0}'
    shopt -q promptvars && [[ ${PS0-} != *__exhaust_hook* ]] && PS0=${PS0-}$ps0
    if [[ ${PROMPT_COMMAND@a} == *a* ]]; then
        local other kept=()
        for other in "${PROMPT_COMMAND[@]}"; do [[ $other == __exhaust_prompt ]] || kept+=("$other"); done
        PROMPT_COMMAND=(__exhaust_prompt "${kept[@]}")
    elif [[ ${PROMPT_COMMAND-} != __exhaust_prompt* ]]; then
        local rest=${PROMPT_COMMAND-}
        rest=${rest//__exhaust_prompt/:}
        PROMPT_COMMAND=__exhaust_prompt${rest:+$'\n'$rest}
    fi
    __exhaust_listen
}

__exhaust_install
if [[ -o emacs || -o vi ]]; then
    for __exhaust_none in emacs vi-insert vi-command; do
        bind -m "$__exhaust_none" -x '"\C-x\C-_e": __exhaust_accept "$_"'
        bind -m "$__exhaust_none" '"\C-x\C-_a": accept-line'
        bind -m "$__exhaust_none" '"\C-m": "\C-x\C-_e\C-x\C-_a"'
        bind -m "$__exhaust_none" '"\C-j": "\C-x\C-_e\C-x\C-_a"'
    done 2>/dev/null
    __exhaust_none=''
fi
