# SPDX-License-Identifier: MIT
# CFLAGS, CPPFLAGS and LDFLAGS are the user's and come last; make writes only below build/.
CFLAGS  ?= -O2 -g
OBJCOPY ?= objcopy
VERSION := 0.2.0
PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
LIBDIR  ?= $(PREFIX)/lib
MANDIR  ?= $(PREFIX)/share/man
INCLUDEDIR   ?= $(PREFIX)/include
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
BASHCOMPDIR  ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR   ?= $(PREFIX)/share/zsh/site-functions
FISHCOMPDIR  ?= $(PREFIX)/share/fish/vendor_completions.d

warnings := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes
flags    := -std=gnu11 -D_GNU_SOURCE $(warnings)
# Where long has 32 bits: files of any size, inodes of any number, times beyond 2038.
flags    += $(if $(filter 4,$(shell echo __SIZEOF_LONG__ | $(CC) $(CPPFLAGS) $(CFLAGS) -E -P -)),\
              -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64)
# The library is position-independent, exports only marked symbols, and needs no start files.  Every
# program that a daemon and its caller execute loads it, so it has two segments, and at load nothing is
# written to but the one page that ld.so(8) relocates.  Every symbol is looked up at load (now): the
# lookup at the first call needs more stack than a small signal handler's has.  Read-only relocations
# (relro) add a page and a call of mprotect(2), 1 % of a minimal program's start (scripts/bench load),
# where the goal is missed already: LDFLAGS=-Wl,-z,relro switches them on.
# It has the CET note, because one object without it switches shadow stacks off for the whole process.
cet      := $(shell $(CC) -fcf-protection=full -x c -c -o /dev/null /dev/null 2>/dev/null && \
              echo -fcf-protection=full)
so_flags := -fPIC -fvisibility=hidden $(cet)
so_link  := -shared -nostartfiles -Wl,-soname,libdaemonfix.so -Wl,-z,norelro -Wl,-z,now \
            -Wl,-z,noseparate-code -Wl,-z,noexecstack -Wl,--as-needed -Wl,--no-undefined \
            -Wl,--version-script=build/obj/versions.map

objects = $(patsubst src/%.c,build/obj/%.o,$(wildcard src/$(1)/*.c))
core    := $(call objects,core)
preload := $(call objects,preload)
linked  := $(call objects,linked)
command := $(call objects,command)

fixtures := $(patsubst tests/fixtures/%.c,build/tests/%,$(wildcard tests/fixtures/*.c)) \
            $(patsubst tests/fixtures/preload/%.c,build/tests/%.so,$(wildcard tests/fixtures/preload/*.c))

# Programs that are linked with the library.
linked_fixtures := $(patsubst tests/fixtures/linked/%.c,build/tests/linked/%,$(wildcard tests/fixtures/linked/*.c)) \
            build/tests/linked/report
examples := $(patsubst src/linked/examples/%.c,build/examples/%,$(wildcard src/linked/examples/*.c))

all: build/libdaemonfix.so build/libdaemonfix.a build/daemonfix

build/libdaemonfix.so: $(core) $(preload) build/obj/versions.map
	$(CC) $(so_link) $(CFLAGS) $(LDFLAGS) -o $@ $(core) $(preload) -ldl

# The symbols that the linker exports: libc's, by their versions on this machine.
build/obj/versions.map: src/preload/versions.map src/preload/versions.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -E -P -x c -o $@ $<

# One object whose internal names are local: programs see only daemon() and daemonfix_*.  It is compiled
# without -flto, which would keep those names and tie programs to the same compiler.
build/libdaemonfix.a: $(core) $(linked)
	$(LD) -r --force-group-allocation -o build/obj/libdaemonfix.o $^
	$(OBJCOPY) --wildcard --keep-global-symbol='daemonfix_*' --keep-global-symbol=daemon \
	    build/obj/libdaemonfix.o
	rm -f $@
	$(AR) rcs $@ build/obj/libdaemonfix.o

# -z now: each symbol is looked up once, and not in every process that run -b forks.
command_link := -Wl,-z,relro -Wl,-z,now -Wl,-z,noseparate-code

build/daemonfix: $(core) $(command)
	$(CC) $(command_link) $(CFLAGS) $(LDFLAGS) -o $@ $^

# Definitions for the command alone.
build/obj/command/%.o: defines = -DVERSION='"$(VERSION)"' -DLIBDIR='"$(LIBDIR)"' \
  -DLIBDIR_FROM_BINDIR='"$(shell realpath -ms --relative-to='$(BINDIR)' '$(LIBDIR)')"'

build/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(flags) $(so_flags) $(defines) -MMD -MP $(CPPFLAGS) $(CFLAGS) -fno-lto -c -o $@ $<

fixtures: $(fixtures) $(linked_fixtures) $(examples)
examples: $(examples)

# libutil has forkpty(3) before glibc 2.34.
build/tests/%: tests/fixtures/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(flags) -MMD -MP -MF $@.d $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $< -ldl -lutil

build/tests/%.so: tests/fixtures/preload/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(flags) -fPIC -shared -MMD -MP -MF $@.d $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< -ldl

link = $(CC) $(flags) -Isrc -MMD -MP -MF $@.d $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $< \
  build/libdaemonfix.a -lutil

build/tests/linked/%: tests/fixtures/linked/%.c build/libdaemonfix.a Makefile
	@mkdir -p $(@D)
	$(link)

# A program that calls daemon(), and gets the library's.
build/tests/linked/report: tests/fixtures/report.c build/libdaemonfix.a Makefile
	@mkdir -p $(@D)
	$(link)

build/examples/%: src/linked/examples/%.c build/libdaemonfix.a Makefile
	@mkdir -p $(@D)
	$(link)

# This file changes when one of these directories does, so that everything that names them is made anew.
directories := prefix=$(PREFIX) bindir=$(BINDIR) libdir=$(LIBDIR) includedir=$(INCLUDEDIR)
$(shell mkdir -p build; echo '$(directories)' | cmp -s - build/directories || \
  echo '$(directories)' >build/directories)

build/obj/command/ldpreload.o: build/directories

build/daemonfix.pc: src/daemonfix.pc.in build/directories Makefile
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
	  -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' -e 's|@VERSION@|$(VERSION)|' $< >$@

# The installed manual names the directories of the installation.
sources := $(wildcard src/*.[1-8] src/*/*.[1-8])
manual  := $(addprefix build/man/,$(notdir $(sources)))
$(manual): $(sources) build/directories Makefile
	@mkdir -p $(@D)
	sed -e 's|/usr/local/lib/libdaemonfix|$(LIBDIR)/libdaemonfix|' -e 's|/usr/local/bin/daemonfix|$(BINDIR)/daemonfix|' $(filter %/$(@F),$(sources)) >$@

# MODE:FROM:TO
installed := 755:build/daemonfix:$(BINDIR)/daemonfix \
  644:build/libdaemonfix.so:$(LIBDIR)/libdaemonfix.so \
  644:build/libdaemonfix.a:$(LIBDIR)/libdaemonfix.a \
  644:src/daemonfix.h:$(INCLUDEDIR)/daemonfix.h \
  644:build/daemonfix.pc:$(PKGCONFIGDIR)/daemonfix.pc \
  644:src/command/completion/daemonfix.bash:$(BASHCOMPDIR)/daemonfix \
  644:src/command/completion/_daemonfix:$(ZSHCOMPDIR)/_daemonfix \
  644:src/command/completion/daemonfix.fish:$(FISHCOMPDIR)/daemonfix.fish \
  $(foreach page,$(manual),644:$(page):$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))

install: all build/daemonfix.pc $(manual)
	@set -e; for file in $(installed); do \
	  mode=$${file%%:*} rest=$${file#*:}; \
	  echo "$(DESTDIR)$${rest#*:}"; \
	  install -D -m "$$mode" "$${rest%%:*}" "$(DESTDIR)$${rest#*:}"; \
	done

uninstall:
	@for file in $(installed); do rm -f "$(DESTDIR)$${file##*:}"; done

demo test lint:
	scripts/$@

# The same commit makes the same file.
dist:
	@mkdir -p build
	git archive --prefix=daemonfix-$(VERSION)/ -o build/daemonfix-$(VERSION).tar.gz HEAD

clean:
	rm -rf build

.PHONY: all fixtures examples install uninstall demo test lint dist clean

-include $(core:.o=.d) $(preload:.o=.d) $(linked:.o=.d) $(command:.o=.d) $(fixtures:=.d) \
  $(linked_fixtures:=.d) $(examples:=.d)
