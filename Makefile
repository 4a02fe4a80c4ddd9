# SPDX-License-Identifier: MIT
# CFLAGS, CPPFLAGS and LDFLAGS are the user's and come last; everything is built below build/.
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
# Files of any size, inodes of any number, times beyond 2038 where long has 32 bits.
flags    += $(if $(filter 4,$(shell echo __SIZEOF_LONG__ | $(CC) $(CPPFLAGS) $(CFLAGS) -E -P -)),\
              -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64)
# The library's own: position-independent, nothing exported that is not marked, no start files (it
# needs none).  It is loaded into everything that a daemon and its caller execute: so two segments,
# and nothing written to but the one page that ld.so(8) relocates.  RELRO would make that two pages
# and a call of mprotect(2) (2 % of a minimal program's start), BIND_NOW looks up every symbol at
# load (1 %): with either of them, loading misses its goal of 1.02 x an empty library
# (scripts/bench load).  Who wants them passes LDFLAGS=-Wl,-z,relro,-z,now.  The CET note is there,
# since one object without it switches shadow stacks off for the whole process.
cet      := $(shell $(CC) -fcf-protection=full -x c -c -o /dev/null /dev/null 2>/dev/null && \
              echo -fcf-protection=full)
so_flags := -fPIC -fvisibility=hidden $(cet)
so_link  := -shared -nostartfiles -Wl,-soname,libdaemonfix.so -Wl,-z,norelro -Wl,-z,lazy \
            -Wl,-z,noseparate-code -Wl,-z,noexecstack -Wl,--as-needed -Wl,--no-undefined \
            -Wl,--version-script=build/obj/versions.map

objects = $(patsubst src/%.c,build/obj/%.o,$(wildcard src/$(1)/*.c))
core    := $(call objects,core)
preload := $(call objects,preload)
linked  := $(call objects,linked)
command := $(call objects,command)

fixtures := $(patsubst tests/fixtures/%.c,build/tests/%,$(wildcard tests/fixtures/*.c)) \
            $(patsubst tests/fixtures/preload/%.c,build/tests/%.so,$(wildcard tests/fixtures/preload/*.c))

# Programs that are linked with it: fixtures, and the examples.
linked_fixtures := $(patsubst tests/fixtures/linked/%.c,build/tests/linked/%,$(wildcard tests/fixtures/linked/*.c)) \
            build/tests/linked/report
examples := $(patsubst src/linked/examples/%.c,build/examples/%,$(wildcard src/linked/examples/*.c))

all: build/libdaemonfix.so build/libdaemonfix.a build/daemonfix

build/libdaemonfix.so: $(core) $(preload) build/obj/versions.map
	$(CC) $(so_link) $(CFLAGS) $(LDFLAGS) -o $@ $(core) $(preload) -ldl

# What the linker exports: libc's symbols, by the versions that they have on this machine.
build/obj/versions.map: src/preload/versions.map src/preload/versions.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -E -P -x c -o $@ $<

# One object whose internal names are local: programs see daemon() and daemonfix_* only.  What the
# compiler left to link time (-flto) would escape that, and ask programs for the same compiler.
build/libdaemonfix.a: $(core) $(linked)
	$(LD) -r --force-group-allocation -o build/obj/libdaemonfix.o $^
	$(OBJCOPY) --wildcard --keep-global-symbol='daemonfix_*' --keep-global-symbol=daemon \
	    build/obj/libdaemonfix.o
	rm -f $@
	$(AR) rcs $@ build/obj/libdaemonfix.o

# Every symbol is looked up once, and not again in each process that run -b forks.
command_link := -Wl,-z,relro -Wl,-z,now -Wl,-z,noseparate-code

build/daemonfix: $(core) $(command)
	$(CC) $(command_link) $(CFLAGS) $(LDFLAGS) -o $@ $^

# What only the command needs to know.
build/obj/command/%.o: defines = -DVERSION='"$(VERSION)"' -DLIBDIR='"$(LIBDIR)"' \
  -DLIBDIR_FROM_BINDIR='"$(shell realpath -ms --relative-to='$(BINDIR)' '$(LIBDIR)')"'

build/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(flags) $(so_flags) $(defines) -MMD -MP $(CPPFLAGS) $(CFLAGS) -fno-lto -c -o $@ $<

fixtures: $(fixtures) $(linked_fixtures) $(examples)
examples: $(examples)

# (libutil: forkpty(3), before glibc 2.34.)
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

# One that is not made for it, and gets daemon() all the same.
build/tests/linked/report: tests/fixtures/report.c build/libdaemonfix.a Makefile
	@mkdir -p $(@D)
	$(link)

build/examples/%: src/linked/examples/%.c build/libdaemonfix.a Makefile
	@mkdir -p $(@D)
	$(link)

# The directories that are compiled in or written down: a file that changes when they do.
directories := prefix=$(PREFIX) bindir=$(BINDIR) libdir=$(LIBDIR) includedir=$(INCLUDEDIR)
$(shell mkdir -p build; echo '$(directories)' | cmp -s - build/directories || \
  echo '$(directories)' >build/directories)

build/obj/command/ldpreload.o: build/directories

build/daemonfix.pc: src/daemonfix.pc.in build/directories Makefile
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
	  -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' -e 's|@VERSION@|$(VERSION)|' $< >$@

# The manual says where things are.
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

# What is committed: the same commit makes the same file.
dist:
	@mkdir -p build
	git archive --prefix=daemonfix-$(VERSION)/ -o build/daemonfix-$(VERSION).tar.gz HEAD

clean:
	rm -rf build

.PHONY: all fixtures examples install uninstall demo test lint dist clean

-include $(core:.o=.d) $(preload:.o=.d) $(linked:.o=.d) $(command:.o=.d) $(fixtures:=.d) \
  $(linked_fixtures:=.d) $(examples:=.d)
