# SPDX-License-Identifier: MIT
# CFLAGS, CPPFLAGS and LDFLAGS are the user's and come last; everything is built below build/.
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
LIBDIR  ?= $(PREFIX)/lib
MANDIR  ?= $(PREFIX)/share/man

warnings := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes
flags    := -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 $(warnings)
# The library's own: position-independent, nothing exported that is not marked, symbols
# bound at load (none is looked up after a fork), no start files (it needs none).
so_flags := -fPIC -fvisibility=hidden
so_link  := -shared -nostartfiles -Wl,-soname,libdaemonfix.so -Wl,-z,now -Wl,-z,relro \
            -Wl,-z,noexecstack -Wl,--as-needed -Wl,--no-undefined

preload  := $(patsubst src/%.c,build/obj/%.o,$(wildcard src/preload/*.c))
fixtures := $(patsubst tests/fixtures/%.c,build/tests/%,$(wildcard tests/fixtures/*.c)) \
            $(patsubst tests/fixtures/preload/%.c,build/tests/%.so,$(wildcard tests/fixtures/preload/*.c))

all: build/libdaemonfix.so

build/libdaemonfix.so: $(preload)
	$(CC) $(so_link) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ldl

build/obj/preload/%.o: src/preload/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(flags) $(so_flags) -MMD -MP $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

fixtures: $(fixtures)

build/tests/%: tests/fixtures/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(flags) -MMD -MP -MF $@.d $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $< -ldl

build/tests/%.so: tests/fixtures/preload/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(flags) -fPIC -shared -MMD -MP -MF $@.d $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< -ldl

install: all
	install -d "$(DESTDIR)$(LIBDIR)" "$(DESTDIR)$(MANDIR)/man7"
	install -m 644 build/libdaemonfix.so "$(DESTDIR)$(LIBDIR)/libdaemonfix.so"
	install -m 644 src/preload/libdaemonfix.7 "$(DESTDIR)$(MANDIR)/man7/libdaemonfix.7"

uninstall:
	rm -f "$(DESTDIR)$(LIBDIR)/libdaemonfix.so" "$(DESTDIR)$(MANDIR)/man7/libdaemonfix.7"

demo test lint:
	scripts/$@

clean:
	rm -rf build

.PHONY: all fixtures install uninstall demo test lint clean

-include $(preload:.o=.d) $(fixtures:=.d)
