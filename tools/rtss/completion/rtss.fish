# fish completion for rtss and rtss-bench. Sub-commands and options come from --help, names of objects from the
# namespace as it is now.

# The command and its sub-commands on the line, one a line; the namespace in __rtss_namespace.
function __rtss_command
    set -g __rtss_namespace
    set -l words (commandline -opc)
    echo $words[1]
    set -l found
    set -l index 2
    while test $index -le (count $words)
        set -l word $words[$index]
        if test "$word" = --namespace
            set index (math $index + 1)
            set -g __rtss_namespace --namespace $words[$index]
        else if not string match -q -- '-*' $word
            if test -z "$found"; or contains -- $found mutex event sem shm namespace
                echo $word
            end
            set found $found$word
        end
        set index (math $index + 1)
    end
end

# The entries of a list in a help text on standard input: __rtss_list TITLE
function __rtss_list
    sed -n "/^$argv[1]:\$/,/^\$/{/^  [^ ]/p}"
end

function __rtss_objects
    for name in (rtss $__rtss_namespace ls $argv -n -r -o NAME 2>/dev/null)
        string match -q '#*' -- $name; or printf '%b\n' $name
    end
end

function __rtss_candidates
    set -l command (__rtss_command)
    set -l help ($command --help 2>/dev/null)
    if string match -q -- '-*' (commandline -ct)
        printf '%s\n' $help | __rtss_list Options | awk '{ gsub(",", "\n", $1); print $1 }'
        return
    end
    set -l below (printf '%s\n' $help | __rtss_list Subcommands | awk '{ print $1 }')
    if test (count $below) -gt 0
        printf '%s\n' $below
        return
    end
    switch "$command[2..]"
        case lock try 'mutex*'
            __rtss_objects -t mutex
        case 'event*'
            __rtss_objects -t event
        case 'sem*'
            __rtss_objects -t semaphore
        case 'shm*'
            __rtss_objects -t shm
        case wait
            __rtss_objects -t mutex,event,semaphore
        case kill
            __rtss_objects -t mutex
            rtss $__rtss_namespace info -J 2>/dev/null | sed -nE 's/^ *"pid": ([0-9]+),?$/\1/p'
        case remove show worst
            __rtss_objects
        case clean 'namespace remove'
            rtss namespace list -n 2>/dev/null | awk '{ print $1 }'
    end
end

complete -c rtss -f -a '(__rtss_candidates)'
complete -c rtss-bench -f -a '(__rtss_candidates)'
complete -c rtss-bench -l json -l plot -l html -l hdr -rF
