# SPDX-License-Identifier: MIT
# fish completion for daemonfix.

function __daemonfix_in
    contains -- $argv[1] (commandline -opc)[2]
end

complete -c daemonfix -f
complete -c daemonfix -n __fish_is_first_arg -l help -d 'Show how it is used'
complete -c daemonfix -n __fish_is_first_arg -l version -d 'Show the version'
complete -c daemonfix -n __fish_is_first_arg -a run -d 'Start a program as a correct daemon'
complete -c daemonfix -n __fish_is_first_arg -a check -d 'Tell whether a program can be fixed'
complete -c daemonfix -n __fish_is_first_arg -a try -d 'Run a program once and tell how it becomes a daemon'
complete -c daemonfix -n __fish_is_first_arg -a inspect -d 'Tell whether a process is a correct daemon'
complete -c daemonfix -n __fish_is_first_arg -a stop -d 'End the daemon of a PID file'
complete -c daemonfix -n __fish_is_first_arg -a status -d 'Tell whether the daemon of a PID file runs'
complete -c daemonfix -n __fish_is_first_arg -a env -d 'Tell what the variables in force would do'
complete -c daemonfix -n __fish_is_first_arg -a help -d 'Explain a subcommand'
complete -c daemonfix -n 'not __fish_is_first_arg; and not __daemonfix_in help' -s h -l help -d 'Explain it'
complete -c daemonfix -n '__daemonfix_in help' -a 'run check try inspect stop status env'

complete -c daemonfix -n '__daemonfix_in run' -s b -d 'Make the program a daemon'
complete -c daemonfix -n '__daemonfix_in run' -s f -d 'Keep the program in the foreground'
complete -c daemonfix -n '__daemonfix_in run' -s F -d 'Fix a program that makes itself a daemon with fork and setsid'
complete -c daemonfix -n '__daemonfix_in run' -s K -d 'Stay in front of a program that makes itself a daemon'
complete -c daemonfix -n '__daemonfix_in run' -s p -r -F -d 'PID file'
complete -c daemonfix -n '__daemonfix_in run' -s o -r -F -d 'Append standard output to a file'
complete -c daemonfix -n '__daemonfix_in run' -s e -r -F -d 'Append standard error to a file'
complete -c daemonfix -n '__daemonfix_in run' -s C -x -a '(__fish_complete_directories)' -d 'Directory of the daemon'
complete -c daemonfix -n '__daemonfix_in run' -l umask -x -d 'Umask of the daemon'
complete -c daemonfix -n '__daemonfix_in run' -s m -x -a 'fix fix-fork background foreground foreground-fork off' -d Mode
complete -c daemonfix -n '__daemonfix_in run' -s r -x -a 'listen notify alive:1' -d 'Wait until it is ready'
complete -c daemonfix -n '__daemonfix_in run' -s t -x -d 'How long to wait, in seconds'
complete -c daemonfix -n '__daemonfix_in run' -s x -x -a '(__fish_complete_command)' -d 'Only for these programs'
complete -c daemonfix -n '__daemonfix_in run' -l close-fds -d 'Close inherited descriptors'
complete -c daemonfix -n '__daemonfix_in run' -s v -d 'Say what became of the program'
complete -c daemonfix -n '__daemonfix_in run' -s n -d 'Print the command instead of running it'
complete -c daemonfix -n '__daemonfix_in run' -x -a '(__fish_complete_subcommand --fcs-skip=2 -p -o -e -C --umask -m -r -t -x)'

complete -c daemonfix -n '__daemonfix_in stop' -s s -x -a '(string split " " (kill -l))' -d 'Signal, instead of SIGTERM'
complete -c daemonfix -n '__daemonfix_in stop' -s t -x -d 'How long to wait before SIGKILL'
complete -c daemonfix -n '__daemonfix_in stop' -s g -d 'End the process group'
complete -c daemonfix -n '__daemonfix_in stop; or __daemonfix_in status' -F

complete -c daemonfix -n '__daemonfix_in check; or __daemonfix_in try; or __daemonfix_in inspect; or __daemonfix_in status' -l json -d 'Print an object'
complete -c daemonfix -n '__daemonfix_in check' -x -a '(__fish_complete_subcommand --fcs-skip=2)'
complete -c daemonfix -n '__daemonfix_in try' -s t -x -d 'Watch so many seconds'
complete -c daemonfix -n '__daemonfix_in try' -x -a '(__fish_complete_subcommand --fcs-skip=2 -t)'
complete -c daemonfix -n '__daemonfix_in inspect' -F -a '(__fish_complete_pids)'
