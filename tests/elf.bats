# SPDX-License-Identifier: MIT
# daemonfix check, on ELF files that no linker makes.
load helper
load command

# handmade FILE BITS ORDER MACHINE [FIELD=NUMBER...]: makes the smallest ELF file that has all that check reads:
# an interpreter, and a dynamic symbol table with "daemon".  ORDER is < or >.
handmade() {
  python3 - "$@" <<'PY'
import os, struct, sys
file, bits, order, machine = sys.argv[1:5]
bits = int(bits)
word = "Q" if bits == 64 else "I"
sizes = (64, 56, 64, 24) if bits == 64 else (52, 32, 40, 16)
ehsize, phsize, shsize, symsize = sizes
interp, names = b"/lib/ld.so\0", b"\0daemon\0setsid\0"
f = dict(phoff=ehsize, phnum=1, phentsize=phsize, shnum=3, shentsize=shsize, type=2,
         magic=0x464c457f, **{"class": bits // 32}, data=1 if order == "<" else 2)
f["interp"] = ehsize + phsize
f["interpsize"] = len(interp)
f["names"] = f["interp"] + len(interp)
f["namessize"] = len(names)
f["symbols"] = f["names"] + len(names)
f["symbolssize"] = 3 * symsize
f["shoff"] = f["symbols"] + f["symbolssize"]
f["link"] = 2
f.update((k, int(v)) for k, v in (a.split("=") for a in sys.argv[5:]))
def symbol(name):
    return struct.pack(order + ("IBBHQQ" if bits == 64 else "IIIBBH"), name, *(0,) * 5)
def section(kind, offset, size, link, entsize):
    return struct.pack(order + "II" + word * 4 + "II" + word * 2, 0, kind, 0, 0, offset, size, link, 0, 0, entsize)
out = struct.pack("<IBBB9x", f["magic"], f["class"], f["data"], 1)
out += struct.pack(order + "HHI" + word * 3 + "IHHHHHH", f["type"], int(machine), 1, 0, f["phoff"],
                   f["shoff"], 0, ehsize, f["phentsize"], f["phnum"], f["shentsize"], f["shnum"], 0)
if bits == 64:
    out += struct.pack(order + "IIQQQQQQ", 3, 4, f["interp"], 0, 0, f["interpsize"], 0, 1)
else:
    out += struct.pack(order + "IIIIIIII", 3, f["interp"], 0, 0, f["interpsize"], 0, 4, 1)
out += interp + names + symbol(0) + symbol(1) + symbol(8)
out += section(0, 0, 0, 0, 0) + section(11, f["symbols"], f["symbolssize"], f["link"], symsize)
out += section(3, f["names"], f["namessize"], 0, 0)
open(file, "wb").write(out)
os.chmod(file, 0o755)
PY
}

# said PATTERN FILE: check says that FILE cannot be started or, with status 2, only without the library.
said() {
  launch "$daemonfix" check "$2"
  cat out
  [ "$status" = "${3-1}" ] && grep -qE "(cannot|only -b and -K) work: $2: $1" out
}

# survives FILE...: check gives an answer for each, whatever it is.
survives() {
  local file
  for file; do
    status=0
    "$daemonfix" check "$file" </dev/null >out 2>/dev/null 3>&- || status=$?
    echo "$file: $status"
    ((status <= 2)) && [ -s out ] || return
  done
}

@test "both_classes_and_both_byte_orders_are_read" {
  while read -r bits order machine pattern; do
    handmade prog "$bits" "$order" "$machine"
    said "a $pattern" ./prog 2
  done <<'END'
32 < 3 32-bit program
32 > 20 32-bit program
32 < 40 32-bit program
64 < 183 program for AArch64
64 < 243 program for RISC-V
64 > 22 program for s390x
64 > 21 program for ppc64,
64 < 21 program for ppc64le,
64 > 62 program for x86-64
64 < 65535 program for another machine
END
  handmade prog 64 '<' 62
  said 'its loader /lib/ld.so is missing' ./prog
}

@test "a_header_that_contradicts_the_file_is_a_damaged_file" {
  for field in class=0 class=3 data=0 data=3 phentsize=1 phoff=600 phoff=18446744073709551615 \
    phnum=65535 interp=18446744073709551600 interp=5000 interpsize=0 interpsize=18446744073709551615 \
    interpsize=5; do
    handmade prog 64 '<' 62 "$field"
    said 'a damaged ELF file: install it again' ./prog
  done
  for field in phoff=4294967295 interp=4294967290 interpsize=4294967295; do
    handmade prog 32 '>' 20 "$field"
    said 'a damaged ELF file' ./prog
  done
}

@test "an_elf_file_that_is_no_program_is_refused" {
  handmade prog 64 '<' 62 type=1
  said 'an ELF file but not a program' ./prog
  handmade prog 64 '<' 62 type=4
  said 'an ELF file but not a program' ./prog
  handmade prog 64 '<' 62 phnum=0
  said 'statically linked' ./prog 2
  handmade prog 64 '<' 62 magic=0
  said 'neither an ELF file nor a script' ./prog
}

@test "bad_section_headers_leave_the_imports_unknown_and_the_program_working" {
  python3 - "$fix/legacy" <<'PY'
import os, struct, sys
data = open(sys.argv[1], "rb").read()
shoff, = struct.unpack_from("<Q", data, 40)
shnum, = struct.unpack_from("<H", data, 60)
at = next(shoff + 64 * i for i in range(shnum) if struct.unpack_from("<I", data, shoff + 64 * i + 4)[0] == 11)
big = 2**64 - 8
for name, offset, form, value in [
        ("shoff", 40, "Q", big), ("shnum", 60, "H", 65535), ("shentsize", 58, "H", 0),
        ("offset", at + 24, "Q", big), ("size", at + 32, "Q", big), ("link", at + 40, "I", shnum),
        ("entsize", at + 56, "Q", 0)]:
    bad = bytearray(data)
    struct.pack_into("<" + form, bad, offset, value)
    open("bad." + name, "wb").write(bad)
    os.chmod("bad." + name, 0o755)
PY
  for file in ./bad.*; do
    launch "$daemonfix" check "$file"
    [ "$status" = 0 ]
    grep -q "^unknown   imports of  $file" out
  done
  [ "$(printf '%s\n' ./bad.* | wc -l)" = 7 ]
}

@test "a_symbol_whose_name_is_beyond_the_table_is_not_read" {
  python3 - "$fix/legacy" <<'PY'
import os, struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
shoff, = struct.unpack_from("<Q", data, 40)
at = next(a for a in range(shoff, len(data), 64) if struct.unpack_from("<I", data, a + 4)[0] == 11)
offset, size = struct.unpack_from("<QQ", data, at + 24)
for symbol in range(offset, offset + size, 24):
    struct.pack_into("<I", data, symbol, 0xffffffff)
open("prog", "wb").write(data)
os.chmod("prog", 0o755)
PY
  launch "$daemonfix" check --json ./prog
  [ "$(json 'o["works"], o["imports"]["daemon"]')" = '(True, [])' ]
}

@test "a_file_may_end_anywhere" {
  handmade whole 64 '<' 62
  for ((size = $(stat -c %s whole); size >= 0; size -= 2)); do
    head -c "$size" whole >"cut.$size"
    chmod +x "cut.$size"
  done
  survives ./cut.*
  size=$(stat -c %s "$fix/legacy")
  for ((i = 1; i < 64; i++)); do
    head -c $((size * i / 64)) "$fix/legacy" >./part
    chmod +x part
    survives ./part
  done
}

@test "every_byte_of_the_headers_may_be_wrong" {
  python3 - "$fix/legacy" <<'PY'
import os, sys
data = open(sys.argv[1], "rb").read()
for i in range(16, 64):
    for value in (0, 0xff):
        bad = bytearray(data)
        bad[i] = value
        open("bad.%d.%d" % (i, value), "wb").write(bad)
        os.chmod("bad.%d.%d" % (i, value), 0o755)
PY
  survives ./bad.*
}

@test "check_survives_the_corpus_of_the_fuzzer" {
  mkdir corpus
  cp "$root"/tests/fuzz/elf/* corpus
  chmod +x corpus/*
  survives ./corpus/*
}
