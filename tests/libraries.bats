# SPDX-License-Identifier: MIT
# Real libraries and programs from Debian that depend on process identity work as without us: libraries
# with pthread_atfork(3) handlers and threads, in the daemon and in the caller of a fork in mode fix-fork;
# a program in Go in mode background.
load helper
load reap

files=$root/build/programs/root/usr
setup_file() {
  try_to "$root/scripts/programs" --packages libopenblas0-pthread libjemalloc2 libtcmalloc-minimal4 libuv1 \
    libp11-kit0 python3-grpcio prometheus-node-exporter
}

# file NAME: sets file, or skips.
file() {
  needs_setup_file
  file=$(find "$files" -name "$1" | head -n 1)
  [ "$file" ]
}
registers() { nm -D "$file" | grep -qE '(register|pthread)_atfork'; }

# works WHICH [NAME=VALUE...] -- PRELOADED...: WHICH works five times in each way, without us and with us.
works() {
  local which=$1 variables=() preload
  shift
  while [ "$1" != -- ]; do variables+=("$1") && shift; done
  shift
  for preload in "$@"; do
    run_library "$preload" "$which" "${variables[@]}"
  done
}
run_library() { # PRELOADED WHICH [NAME=VALUE...]
  local option
  for option in '' -F; do
    echo "case: $2 $option ${*:3} preloaded: $1"
    launch timeout 600 "$fix/reap" -s 0 5 env "LD_PRELOAD=$1" ${option:+DAEMONFIX_MODE=fix-fork} "${@:3}" \
      "$fix/library" $option "$2" "$file"
    cat err
    if [ "$option" ]; then
      is "$(grep -v exit out | sort | uniq -c | tr -s ' ')" $' 5 before ok\n 5 caller ok\n 5 child ok'
    else
      is "$(grep -v exit out | sort | uniq -c | tr -s ' ')" $' 5 before ok\n 5 child ok'
    fi
    not grep -qE 'signal|exit [1-9]' out
  done
}

@test "openblas_works" {
  file 'libopenblas*.so' && registers
  works blas OPENBLAS_NUM_THREADS=4 -- '' "$lib"
}

@test "libuv_works" {
  file 'libuv.so.1.*' && registers
  works uv -- '' "$lib"
}

@test "p11_kit_works" {
  file 'libp11-kit.so.0.*' && registers
  works p11 -- '' "$lib"
}

@test "jemalloc_works_wherever_it_is_preloaded" {
  file libjemalloc.so.2 && registers
  works malloc MALLOC_CONF=background_thread:true -- "$file" "$file:$lib" "$lib:$file"
}

@test "tcmalloc_works_wherever_it_is_preloaded" {
  file 'libtcmalloc_minimal.so.4.*' && registers
  works malloc -- "$file" "$file:$lib" "$lib:$file"
}

# A client that forks: with gRPC's fork support its threads are stopped and started.  About one fork in
# twenty hangs without us as well, so hangs are not counted.
@test "grpc_in_python_works_over_os_fork" {
  file 'cygrpc*.so'
  local python=/usr/bin/python3 preload packages
  packages=$files/lib/python3/dist-packages
  export PYTHONPATH=$packages LD_LIBRARY_PATH
  LD_LIBRARY_PATH=$files/lib/$(gcc -print-multiarch)
  "$python" -c 'import grpc' || skip "this Python cannot load it"
  cat >talk.py <<'END'
import grpc, os, sys
from concurrent import futures

class Echo(grpc.GenericRpcHandler):
    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(lambda request, context: request)

def say(who, right):
    os.write(1, f"{who} {right}\n".encode())

def ask(channel):
    return channel.unary_unary("/t/e")(b"word", timeout=35) == b"word"

if sys.argv[1:] == ["serve"]:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2), handlers=[Echo()])
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    server.wait_for_termination()
channel = grpc.insecure_channel("127.0.0.1:" + sys.argv[1])
say("before", ask(channel))
pid = os.fork()
if pid == 0:
    os.setsid()
    with grpc.insecure_channel("127.0.0.1:" + sys.argv[1]) as own:
        say("child", ask(own))
    os._exit(0)
say("caller", ask(channel))
os.waitpid(pid, 0)
END
  "$python" talk.py serve </dev/null >port 2>served 3>&- &
  note $!
  within 20 grep -q . port
  for preload in '' "$lib"; do
    local good=0
    for _ in {1..12}; do
      ((good < 3)) || break
      launch timeout -s KILL 40 env LD_PRELOAD="$preload" DAEMONFIX_MODE=fix-fork GRPC_ENABLE_FORK_SUPPORT=1 \
        "$python" talk.py "$(<port)"
      cat out err
      if [ "$status" = 0 ]; then
        [ "$(sort out)" = $'before True\ncaller True\nchild True' ]
        good=$((good + 1))
      else
        [ "$status" = 137 ]
      fi
    done
    [ "$good" = 3 ]
  done
}

# Go looks for the auxiliary vector behind its environment.
@test "a_program_of_go_starts_in_background_with_all_settings_and_serves" {
  file prometheus-node-exporter
  launch timeout 300 "$file" --version
  [ "$status" = 0 ] || skip "$(tail -n 1 err)"
  local port=$((20000 + $$ % 10000))
  fixed DAEMONFIX_MODE=background DAEMONFIX_PIDFILE="$tmp/pid" DAEMONFIX_STDOUT="$tmp/log" \
    DAEMONFIX_STDERR="$tmp/log" DAEMONFIX_UMASK=027 DAEMONFIX_CHDIR="$tmp" \
    "$file" --web.listen-address="127.0.0.1:$port"
  cat err
  [ "$status" = 0 ]
  note "$(<pid)"
  within 20 answers "$port"
  alive "$(<pid)"
  not leads_session "$(<pid)"
}
answers() { python3 -c 'import sys, urllib.request as u
assert b"go_goroutines" in u.urlopen("http://127.0.0.1:" + sys.argv[1] + "/metrics", timeout=10).read()' "$1"; }
