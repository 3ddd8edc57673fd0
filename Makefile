# SPDX-License-Identifier: MIT
#
# nango-c is built by this one file, out of tree; `make help` lists the targets.
# Sections: settings, dependencies, variants, library and program, tests, static checks, benches,
# install, boards, and the long checks (faults, simulation, fuzzing, proofs, coverage).

# ---- settings: what a user may set on the command line --------------------------------------
B ?= build
prefix ?= /usr/local
# Sources that the user has already; what stays at its default is fetched by `make deps`.
MBEDTLS_DIR ?= build/deps/mbedtls
LWIP_DIR ?= build/deps/lwip
JSMN_DIR ?= build/deps/jsmn
FREERTOS_DIR ?=
CBMC ?= build/deps/cbmc/cbmc
export B MBEDTLS_DIR LWIP_DIR JSMN_DIR FREERTOS_DIR CBMC

CFLAGS ?= -O2 -g
WERROR ?= -Werror
WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wvla $(WERROR)
# Each function in a section of its own, so that a program links only what it calls.
LEAN = -ffunction-sections -fdata-sections
HARDEN = -fstack-protector-strong -fstack-clash-protection -fPIE \
    $(if $(filter -O1 -O2 -O3 -Os,$(CFLAGS)),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
LINK_HARDEN = -pie -Wl,-z,relro,-z,now,-z,noexecstack
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# V=1 shows the commands.
Q := $(if $(V),,@)
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: always

## help: this list
.PHONY: help
help:
	@sed -n 's/^## \([a-z-]*\): /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

## all: the program, build/host/nangoc (what plain `make` does)
.PHONY: all
all: $(B)/host/nangoc

# ---- dependencies ---------------------------------------------------------------------------
# .ci/packages lists them in groups, .ci/deps gets what is missing and leaves build/deps/NAME.ok.
# What a goal needs is got before anything is built: the stamps are included makefiles, and where
# make had to make one it starts over (and then finds the files of Mbed TLS to list).
NEEDS_static = static
NEEDS_test = test static lwip fuzz interop $(if $(ALL),board cross)
NEEDS_demo = test
NEEDS_kill-test = test
NEEDS_lint = lint
NEEDS_bench = bench test
NEEDS_bench-tls = bench test
NEEDS_bench-core = bench
NEEDS_firmware = board lwip
NEEDS_qemu = board lwip test
NEEDS_size = board lwip test
NEEDS_readme = board lwip test
NEEDS_firmware-freertos = board lwip
NEEDS_qemu-freertos = board lwip test
NEEDS_test-board = board cross
NEEDS_fault = test
NEEDS_hostile = test
NEEDS_servers = test
NEEDS_fuzz = fuzz test
NEEDS_proofs = $(if $(filter build/deps/%,$(CBMC)),cbmc)
NEEDS_cov = cov test lwip
NEEDS_analyze = lint lwip

goals := $(filter-out help deps clean format,$(or $(MAKECMDGOALS),all))
# A file counts as its folder's goal.
goals := $(foreach g,$(goals),$(if $(filter $(B)/%,$(g)),$(firstword $(subst /, ,$(g:$(B)/%=%))),$(g)))
own := $(if $(filter build/deps/%,$(MBEDTLS_DIR)),,mbedtls) \
       $(if $(filter build/deps/%,$(LWIP_DIR)),,lwip)
needs := $(if $(goals),$(sort $(filter-out $(own),build mbedtls $(foreach g,$(goals),$(NEEDS_$(g))))))
ifneq ($(needs),)
$(needs:%=build/deps/%.ok) &: .ci/packages .ci/deps
	@.ci/deps $(needs)
include $(needs:%=build/deps/%.ok)
endif

## deps: install and fetch what any target needs (each target gets its own part by itself)
.PHONY: deps
deps:
	@.ci/deps $(filter-out $(own),$(shell sed -nE 's/^([a-z]+):.*/\1/p; s/^(source|program) ([a-z]+).*/\2/p' .ci/packages))

# ---- variants -------------------------------------------------------------------------------
# A variant is one compiler, one set of flags and one configuration of Mbed TLS. From NAME_CC,
# NAME_AR, NAME_CFLAGS and NAME_CONFIG, $(eval $(call variant,NAME)) makes the rules for
#     $(B)/NAME/libmbedtls.a     Mbed TLS as NAME_CONFIG says
#     $(B)/NAME/PATH.o           from PATH.c, any source of ours
MBEDTLS_NAMES := $(patsubst $(MBEDTLS_DIR)/library/%.c,%,$(wildcard $(MBEDTLS_DIR)/library/*.c))
# -isystem: the warnings of others' headers are theirs.
INCLUDES = -Iinclude -isystem $(MBEDTLS_DIR)/include -isystem $(JSMN_DIR)
# Tests of a station include its private header.
INCLUDES_tests = -Isrc -Iport/posix -Itests/unit
# The program is driven by the table of members in src/request.h; firmware sees the public headers only.
INCLUDES_boards = $(if $(filter boards/host/%,$<),-Isrc -Iport/posix)
config = -DMBEDTLS_CONFIG_FILE='"$(abspath $($(1)_CONFIG))"'
folder = $(firstword $(subst /, ,$(1)))

define variant
$(B)/$(1)/libmbedtls.a: $(MBEDTLS_NAMES:%=$(B)/$(1)/mbedtls/%.o)
	@echo "  AR  $$@"
	$(Q)rm -f $$@ && $$($(1)_AR) rcs $$@ $$^

$(B)/$(1)/mbedtls/%.o: $(MBEDTLS_DIR)/library/%.c Makefile
	@mkdir -p $$(@D)
	$(Q)$$($(1)_CC) -std=c11 $$($(1)_CFLAGS) -w $$(call config,$(1)) -MMD -MP \
	    -I$(MBEDTLS_DIR)/include -I$(MBEDTLS_DIR)/library -c $$< -o $$@

$(B)/$(1)/%.o: %.c Makefile
	@mkdir -p $$(@D)
	@echo "  CC  $$@"
	$(Q)$$($(1)_CC) -std=c11 $(WARNINGS) $$($(1)_CFLAGS) $$(call config,$(1)) -MMD -MP \
	    $(INCLUDES) $$(INCLUDES_$$(call folder,$$<)) -c $$< -o $$@
endef

# The recipe of a program: what the rule names becomes $@. $(call link,NAME)
define link
	@mkdir -p $(@D)
	@echo "  LD  $@"
	$(Q)$($(1)_CC) $($(1)_CFLAGS) $(filter %.o,$^) $(filter %.a,$^) \
	    -Wl,--gc-sections $($(1)_LDFLAGS) $(LDFLAGS) -o $@
endef

# The library and the program on POSIX, for each variant of the host.
LIBRARY := $(patsubst %.c,%.o,$(wildcard src/*.c port/posix/*.c))
PROGRAM := $(patsubst %.c,%.o,$(wildcard boards/host/*.c))

define posix
$(eval $(call variant,$(1)))
$(B)/$(1)/libnango.a: $(LIBRARY:%=$(B)/$(1)/%)
	@echo "  AR  $$@"
	$(Q)rm -f $$@ && $$($(1)_AR) rcs $$@ $$^

$(B)/$(1)/nangoc: $(PROGRAM:%=$(B)/$(1)/%) $(B)/$(1)/libnango.a $(B)/$(1)/libmbedtls.a
	$$(call link,$(1))
endef

HOST_CONFIG ?= boards/host/mbedtls_config.h
host_CC = $(CC)
host_AR = $(AR)
host_CFLAGS = $(CFLAGS) $(LEAN) $(HARDEN)
host_LDFLAGS = $(LINK_HARDEN)
host_CONFIG = $(HOST_CONFIG)
$(eval $(call posix,host))

# What the tests run: the same with sanitizers, and with the server half of Mbed TLS.
test_CC = $(CC)
test_AR = $(AR)
test_CFLAGS = -O1 -g $(LEAN) $(SANITIZE) -DNANGO_TEST_SERVER
test_CONFIG = $(HOST_CONFIG)
$(eval $(call posix,test))

# The same with small records, for tests/records.
small_CC = $(CC)
small_AR = $(AR)
small_CFLAGS = $(test_CFLAGS) -Itests/tls
small_CONFIG = tests/records/mbedtls_config.h
$(eval $(call posix,small))
small13_CC = $(CC)
small13_AR = $(AR)
small13_CFLAGS = $(small_CFLAGS) -DRECORDS_TLS13
small13_CONFIG = $(small_CONFIG)
$(eval $(call posix,small13))

# The same for several tasks, for tests/lwip_sockets.
tasks_CC = $(CC)
tasks_AR = $(AR)
tasks_CFLAGS = $(test_CFLAGS) -D_POSIX_C_SOURCE=200809L -Iport/lwip -Iport/lwip_sockets -Itests/lwip_sockets -Itests/port -Itests/tls \
    -isystem $(LWIP_DIR)/src/include -isystem $(LWIP_DIR)/contrib/ports/unix/port/include
tasks_CONFIG = tests/lwip_sockets/mbedtls_config.h
$(eval $(call posix,tasks))

# One file without dependencies, for an empty container.
static_CC = musl-gcc
static_AR = gcc-ar
static_CFLAGS = $(SMALL) $(LEAN) -fno-pie -fno-asynchronous-unwind-tables -DNANGO_CLIENT_CERT=0
static_LDFLAGS = -static -no-pie -s -Wl,-z,noseparate-code -Wl,--build-id=none -Wl,-Map=$@.map
static_CONFIG = $(HOST_CONFIG)
$(eval $(call posix,static))

# Headers that the compiler saw the last time.
-include $(shell find $(B) -path '*/deps' -prune -o -path '*/node_modules' -prune -o -name '*.d' -print 2>/dev/null)

# ---- library and program --------------------------------------------------------------------
## lib: the library, build/host/libnango.a, with libmbedtls.a beside it
.PHONY: lib
lib: $(B)/host/libnango.a $(B)/host/libmbedtls.a

## static: build/static/nangoc, one file without dependencies and without a heap (musl)
.PHONY: static
static: $(B)/static/nangoc

# ---- tests ----------------------------------------------------------------------------------
# Each folder tests/NAME with C files is one program, build/test/bin/NAME, under the sanitizers:
# its test_X.c have one `void test_X(void)` each, and the list of them is made here. Beside these,
# each tests/*/test*.sh and tests/*/test*.mjs is a test; tests/run says what they may rely on.
UNIT := tests/unit/unit.o tests/unit/unit_host.o
C_TESTS := $(filter-out bench board port sim fuzz proofs interop secrets calls,$(patsubst tests/%/,%,$(sort $(dir $(wildcard tests/*/*.c)))))

built_as = $(or $(built_as_$(1)),test)
built_as_records = small
built_as_records13 = small13
built_as_lwip_sockets = tasks
define test_program
$(B)/test/bin/$(1): $(patsubst %.c,$(B)/$(call built_as,$(1))/%.o,$(wildcard tests/$(1)/*.c)) \
    $(UNIT:%=$(B)/test/%) $(B)/test/$(1)_list.o $(B)/$(call built_as,$(1))/libnango.a \
    $(B)/$(call built_as,$(1))/libmbedtls.a
	$$(call link,test)

# Made each time, changed only where a file came or went.
$(B)/test/$(1)_list.c: always
	@mkdir -p $$(@D)
	@{ echo '#include "unit.h"'; \
	   for t in $(basename $(notdir $(wildcard tests/$(1)/test_*.c))); do echo "void $$$$t(void);"; done; \
	   echo 'const struct unit_file unit_files[] = {'; \
	   for t in $(basename $(notdir $(wildcard tests/$(1)/test_*.c))); do echo "    {\"$$$$t\", $$$$t},"; done; \
	   echo '    {0, 0}};'; } >$$@.new
	@if cmp -s $$@.new $$@; then rm $$@.new; else mv $$@.new $$@; fi

$(B)/test/$(1)_list.o: $(B)/test/$(1)_list.c
	$(Q)$$(test_CC) -std=c11 $$(test_CFLAGS) -Itests/unit -c $$< -o $$@
endef
$(foreach t,$(C_TESTS),$(eval $(call test_program,$(t))))
# The server of these is not Mbed TLS.
$(foreach t,tls records records13 fault lwip_sockets,$(B)/test/bin/$(t)): LDFLAGS += -lssl -lcrypto
$(B)/test/bin/records: $(patsubst %,$(B)/small/tests/tls/%.o,cert peer with)
$(B)/test/bin/records13: $(patsubst %,$(B)/small13/tests/tls/%.o,cert peer with)

# The scripted port serves there too.
$(B)/test/bin/recordings: $(B)/test/tests/unit/fake_port.o

# The reference server's packages from npm, versions locked.
TWIN := $(if $(wildcard tests/twin/install.sh),$(B)/twin/installed)
$(B)/twin/installed: tests/twin/package-lock.json tests/twin/install.sh
	tests/twin/install.sh $(@D)
	@touch $@

# Servers of other libraries of TLS, and the client that goes through them.
INTEROP := $(patsubst %,$(B)/test/interop/%,gnutls wolfssl client)
$(filter-out %/client,$(INTEROP)): $(B)/test/interop/%: tests/interop/terminator.c tests/interop/%.c tests/interop/terminator.h
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_DEFAULT_SOURCE -O1 $(WARNINGS) $(filter %.c,$^) -l$* -o $@
$(B)/test/interop/client: $(B)/test/tests/interop/client.o $(B)/test/libnango.a $(B)/test/libmbedtls.a
	$(call link,test)
test: $(INTEROP)

# A program that stops for its memory to be looked at: as it is for users, no sanitizers.
$(B)/host/holder: $(B)/host/tests/secrets/holder.o $(B)/host/libnango.a $(B)/host/libmbedtls.a
	$(call link,host)
test: $(B)/host/holder

# The options of Mbed TLS as a variant compiles them, for tests/config. $(call options,NAME)
define options
$(B)/options/$(1).h: $$($(1)_CONFIG) Makefile
	@mkdir -p $$(@D)
	$$(Q)echo '#include <mbedtls/ssl.h>' | $$(CC) $$(filter -D%,$$($(1)_CFLAGS)) $$(call config,$(1)) $$(INCLUDES) \
	    -dM -E -x c - >$$@
test: $(B)/options/$(1).h
endef

TESTS := $(C_TESTS:%=$(B)/test/bin/%) $(wildcard tests/*/test*.sh tests/*/test*.mjs)
# With ALL=1 those in QEMU, too.
BOARD_TESTS := tests/board/firmware.mjs tests/port/lwip.mjs tests/board/size.mjs tests/board/unit.sh \
    tests/board/unit_armhf.sh tests/board/unit_s390x.sh
TESTS += $(if $(ALL),$(BOARD_TESTS))
export NANGOC = $(abspath $(B)/test/nangoc)
export TWIN_MODULES = $(abspath $(B)/twin)

## test: every test, with ASan and UBSan; T=WORD runs those whose path has the word
CHOSEN = $(if $(T),$(foreach t,$(TESTS),$(if $(findstring $(T),$(t)),$(t))),$(TESTS))
.PHONY: test
test: $(filter $(B)/%,$(CHOSEN)) $(B)/host/nangoc $(B)/test/nangoc $(B)/static/nangoc $(TWIN)
	@tests/run $(CHOSEN)

## test-all: what `test`, `qemu`, `size` and `test-board` test, counted together
.PHONY: test-all
test-all:
	@$(MAKE) --no-print-directory test ALL=1

## kill-test: 2,000 imports, killed 220 times at random instants (some minutes)
.PHONY: kill-test
kill-test: $(B)/test/nangoc $(TWIN)
	KILLS=220 LINES=2000 tests/run tests/cli/test-kill.mjs

## demo: start a Nango-like server with TLS, import one connection of each type, show them
.PHONY: demo
demo: $(B)/host/nangoc $(TWIN)
	@NANGOC=$(abspath $(B)/host/nangoc) tests/demo

# ---- static checks --------------------------------------------------------------------------
OWN_C := $(wildcard src/*.[ch] include/*.h port/*/*.[ch] boards/*/*.[ch] tests/*/*.[ch])
HOST_C := $(wildcard src/*.c port/posix/*.c boards/host/*.c tests/unit/*.c)

## lint: the layers of the design, format, clang-tidy, cppcheck, headers as C++, shellcheck
LINT := lint-rules lint-format lint-tidy lint-cppcheck lint-headers lint-shell
.PHONY: lint $(LINT)
lint: $(LINT)

lint-rules:
	tests/lint
lint-format:
	clang-format --dry-run -Werror $(OWN_C)
lint-tidy:
	clang-tidy --quiet --warnings-as-errors='*' $(HOST_C) -- -std=c11 $(INCLUDES) $(INCLUDES_tests) \
	    $(call config,host)
lint-cppcheck:
	cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -UNANGO_CONFIG_FILE \
	    --enable=warning,performance,portability --suppress=missingIncludeSystem \
	    --suppress=comparePointers:boards/* --suppress=unknownEvaluationOrder \
	    --suppress=arrayIndexOutOfBoundsCond \
	    -Iinclude -Isrc $(filter %.c,$(OWN_C))
lint-headers:
	printf '#include "%s"\n' $(notdir $(wildcard include/*.h)) | \
	    g++ -std=c++11 -Wall -Wextra -Werror $(INCLUDES) $(call config,host) -fsyntax-only -x c++ -
lint-shell:
	shellcheck .ci/deps .ci/run tests/run tests/lint $(wildcard tests/demo tests/*/*.sh)

## analyze: gcc -fanalyzer and MISRA C:2012, deviations listed in tests/misra.txt
.PHONY: analyze
analyze:
	@tests/analyze $(B)/analyze $(INCLUDES) -Isrc -isystem $(LWIP_DIR)/src/include -Iboards/firmware \
	    $(call config,host)

## format: let clang-format lay out every C file
.PHONY: format
format:
	clang-format -i $(OWN_C)

# ---- benches --------------------------------------------------------------------------------
## bench: every tests/bench/bench*.sh, figures on standard output
.PHONY: bench
bench: $(B)/host/nangoc $(B)/host/bench-metadata $(B)/host/bench-tls $(B)/host/bench-core
	@set -e; for b in $(wildcard tests/bench/bench*.sh); do echo "== $$b"; $$b; done

## bench-tls: bytes and instructions of handshakes, full and resumed, and of a request, beside curl's
.PHONY: bench-tls
bench-tls: $(B)/host/bench-tls
	@tests/bench/bench_tls.sh

## bench-core: instructions of making a request and of reading an answer, beside http-parser, cJSON and jsmn
.PHONY: bench-core
bench-core: $(B)/host/bench-core
	@tests/bench/bench_core.sh

$(B)/host/bench-core: host_LDFLAGS += -lcjson -lhttp_parser
$(B)/host/bench-core: $(B)/host/tests/bench/core.o $(B)/host/libnango.a $(B)/host/libmbedtls.a
	$(call link,host)

$(B)/host/tests/bench/%.o: host_CFLAGS += -Itests/unit -Iport/posix
$(B)/host/bench-tls: $(B)/host/tests/bench/tls.o $(B)/host/libnango.a $(B)/host/libmbedtls.a
	$(call link,host)

$(B)/host/bench-metadata: $(B)/host/tests/bench/metadata.o $(B)/host/tests/unit/fake_port.o \
    $(B)/host/libnango.a $(B)/host/libmbedtls.a
	$(call link,host)

# ---- install --------------------------------------------------------------------------------
## install: the program, the library and its headers, to $(DESTDIR)$(prefix)
.PHONY: install
install: all lib
	install -d $(DESTDIR)$(prefix)/bin $(DESTDIR)$(prefix)/lib/nango $(DESTDIR)$(prefix)/include
	install -m 755 $(B)/host/nangoc $(DESTDIR)$(prefix)/bin/
	install -Dm 644 boards/host/nangoc.1 $(DESTDIR)$(prefix)/share/man/man1/nangoc.1
	install -Dm 644 boards/host/completions/nangoc.bash $(DESTDIR)$(prefix)/share/bash-completion/completions/nangoc
	install -Dm 644 boards/host/completions/_nangoc $(DESTDIR)$(prefix)/share/zsh/vendor-completions/_nangoc
	install -Dm 644 boards/host/completions/nangoc.fish $(DESTDIR)$(prefix)/share/fish/vendor_completions.d/nangoc.fish
	install -m 644 $(B)/host/libnango.a $(B)/host/libmbedtls.a $(DESTDIR)$(prefix)/lib/nango/
	install -m 644 include/*.h port/posix/nango_port_posix.h $(DESTDIR)$(prefix)/include/

## clean: remove what was built (build/deps, which was fetched, stays)
.PHONY: clean
clean:
	@[ ! -d $(B) ] || find $(B) -mindepth 1 -maxdepth 1 ! -name deps -exec rm -rf {} +

# ---- boards: firmware, qemu, size, test-board -----------------------------------------------
# An image is the library, port/lwip, boards/firmware, one board, lwIP and Mbed TLS, optimised as a
# whole. Its budget is what the linker script may give out: an image over it does not link.
# (FLASH_LEN=, RAM_LEN=, STACK_LEN= on the command line: to look at one that does not fit.)

LWIP_NAMES := core/def core/dns core/inet_chksum core/init core/ip core/mem core/memp core/netif \
    core/pbuf core/stats core/tcp core/tcp_in core/tcp_out core/timeouts core/udp core/ipv4/dhcp \
    core/ipv4/etharp core/ipv4/ip4 core/ipv4/ip4_addr netif/ethernet
FIRMWARE := $(patsubst %.c,%.o,$(wildcard src/*.c port/lwip/*.c boards/firmware/*.c))

mps2-an385_CC = arm-none-eabi-gcc
mps2-an385_AR = arm-none-eabi-gcc-ar
mps2-an385_CFLAGS = -mcpu=cortex-m3 -mthumb --specs=nano.specs
virt-riscv32_CC = riscv64-unknown-elf-gcc
virt-riscv32_AR = riscv64-unknown-elf-gcc-ar
virt-riscv32_CFLAGS = -march=rv32imac -misa-spec=2.2 -mabi=ilp32 --specs=picolibc.specs

# No loop of it may become a call of what it is in.
string_CFLAGS = -fno-lto -ffreestanding -fno-tree-loop-distribute-patterns

# Passes of GCC 12 that make code for a Cortex-M3 larger, although -Os has them on: with these off the
# library has 5 % less. Found by trying each of its options, and kept where leaving one out costs 30 bytes.
SMALL = -Os -g -flto -flto-partition=one -fno-tree-forwprop -fno-move-loop-invariants \
    -fno-expensive-optimizations -fno-tree-loop-optimize -fno-tree-loop-im -fno-inline-small-functions \
    -fno-schedule-insns2 -fno-optimize-sibling-calls -fno-if-conversion

# A program that imports OAUTH2 and API_KEY under an id of its own, and nothing else.
LITTLE = -DNANGO_TYPES=9 -DNANGO_BODY=0 -DNANGO_METADATA=0 -DNANGO_TAGS=0 -DNANGO_END_USER=0 -DNANGO_WEBHOOK=0 \
    -DNANGO_MAKE_ID=0 -DNANGO_SPREAD=0

# $(call image,NAME,BOARD,SWITCHES,FLASH_LEN,RAM_LEN,STACK_LEN)
define image
$(1)_CC = $($(2)_CC)
$(1)_AR = $($(2)_AR)
$(1)_CONFIG = boards/firmware/mbedtls_config.h
$(1)_CFLAGS = $($(2)_CFLAGS) -Os -g -flto -flto-partition=one -fno-move-loop-invariants $(LEAN) $(LITTLE) -DNANGO_CLIENT_CERT=0 -DNANGO_THREADS=0 $(3) \
    -Iport/lwip -Iboards/firmware -Iboards/$(2) -isystem $(LWIP_DIR)/src/include
$(1)_LDFLAGS = -nostartfiles -T boards/$(2)/$(2).ld -Wl,--defsym=FLASH_LEN=$(or $(FLASH_LEN),$(strip $(4))) \
    -Wl,--defsym=RAM_LEN=$(or $(RAM_LEN),$(strip $(5))) -Wl,--defsym=STACK_LEN=$(or $(STACK_LEN),$(strip $(6)))
$(call variant,$(1))
$(B)/$(1)/boards/firmware/string.o: $(1)_CFLAGS += $(string_CFLAGS)

$(B)/$(1)/lwip/%.o: $(LWIP_DIR)/src/%.c Makefile
	@mkdir -p $$(@D)
	$(Q)$$($(1)_CC) -std=c11 $$($(1)_CFLAGS) -w -MD -MP -Iinclude -c $$< -o $$@

$(B)/firmware/$(1).elf: $(FIRMWARE:%=$(B)/$(1)/%) $(LWIP_NAMES:%=$(B)/$(1)/lwip/%.o) \
    $(patsubst %.c,$(B)/$(1)/%.o,$(wildcard boards/$(2)/*.c)) $(B)/$(1)/libmbedtls.a boards/$(2)/$(2).ld
	$$(call link,$(1))
$(FIRMWARE:%=$(B)/$(1)/%): boards/firmware/lwipopts.h
$(filter-out %/string.o,$(FIRMWARE:%=$(B)/$(1)/%)): $(1)_CFLAGS += $(SMALL)
$(B)/$(1)/lwip/%.o: $(1)_CFLAGS += $(SMALL)
IMAGES += $(1)
endef

own12_SWITCHES = -DIMAGE_TLS13=0 -DIMAGE_PUBLIC=0 -DIMAGE_IN_LEN=2048 -DNANGO_SESSION=0
# The same, but no step of it is long.
own12-steps_SWITCHES = $(own12_SWITCHES) -DIMAGE_SHORT_STEPS
any12_SWITCHES = -DIMAGE_TLS13=0 -DIMAGE_PUBLIC=1 -DNANGO_SESSION=0
any13_SWITCHES = -DIMAGE_TLS13=1 -DIMAGE_PUBLIC=1 -DNANGO_SESSION=0
# One's own server with TLS 1.3, to show who is refused: record_size_limit has to be granted.
own13_SWITCHES = -DIMAGE_TLS13=1 -DIMAGE_PUBLIC=0 -DIMAGE_IN_LEN=2048 -DNANGO_SESSION=0
# With a session that is kept over the sleep (nango_session.h).
rv-own12_SWITCHES = -DIMAGE_TLS13=0 -DIMAGE_PUBLIC=0 -DIMAGE_IN_LEN=2048 -DNANGO_SESSION=1 \
    -DNANGO_SESSION_TICKET_MAX=512
rv-any13_SWITCHES = -DIMAGE_TLS13=1 -DIMAGE_PUBLIC=1 -DNANGO_SESSION=1 -DNANGO_SESSION_TICKET_MAX=512
#                            flash    RAM    stack
$(eval $(call image,own12,mps2-an385,$(own12_SWITCHES), 82000, 24576, 2304))
$(eval $(call image,own12-steps,mps2-an385,$(own12-steps_SWITCHES), 86000, 24576, 2304))
$(eval $(call image,any12,mps2-an385,$(any12_SWITCHES), 96000, 45056, 2560))
$(eval $(call image,any13,mps2-an385,$(any13_SWITCHES),112000, 51200, 4096))
$(eval $(call image,own13,mps2-an385,$(own13_SWITCHES),104000, 36864, 4096))
$(eval $(call image,rv-own12,virt-riscv32,$(rv-own12_SWITCHES),128000, 65536, 3072))
$(eval $(call image,rv-any13,virt-riscv32,$(rv-any13_SWITCHES),160000, 98304, 6144))

$(foreach v,host $(IMAGES),$(eval $(call options,$(v))))

export IMAGES
## firmware: the example firmware, build/firmware/*.elf (Cortex-M3 and RISC-V)
.PHONY: firmware
firmware: $(IMAGES:%=$(B)/firmware/%.elf)
	@$(mps2-an385_CC:gcc=size) $(filter-out %/rv-own12.elf %/rv-any13.elf,$^)

# port/lwip on a host: lwIP's loopback interface, in virtual time, under the sanitizers.
LWIP_TEST := $(B)/test/tests/lwip/%.o $(B)/test/port/lwip/%.o $(B)/test/lwip/%.o
$(LWIP_TEST): test_CFLAGS += -Itests/lwip -Iport/lwip -Iboards/firmware -isystem $(LWIP_DIR)/src/include
$(B)/test/bin/lwip: $(LWIP_NAMES:%=$(B)/test/lwip/%.o) $(patsubst %.c,$(B)/test/%.o,$(wildcard port/lwip/*.c))

$(B)/test/lwip/%.o: $(LWIP_DIR)/src/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(test_CC) -std=c11 $(test_CFLAGS) -fno-sanitize=undefined -w -MD -MP -c $< -o $@

# port/lwip_sockets on lwIP's unix port, where its tasks are threads.
LWIP_UNIX := $(patsubst $(LWIP_DIR)/%.c,%,$(wildcard $(addprefix $(LWIP_DIR)/,src/core/*.c src/core/ipv[46]/*.c \
    src/api/*.c contrib/ports/unix/port/sys_arch.c))) src/netif/ethernet
$(B)/test/bin/lwip_sockets: $(LWIP_UNIX:%=$(B)/tasks/lwip/%.o) $(patsubst %.c,$(B)/tasks/%.o, \
    $(wildcard port/lwip_sockets/*.c) port/lwip/question.c tests/port/acceptance.c tests/tls/cert.c)
$(B)/test/bin/lwip_sockets: LDFLAGS += -pthread
$(patsubst %.c,$(B)/tasks/%.o,$(wildcard tests/lwip_sockets/*.c port/lwip_sockets/*.c) port/lwip/question.c): \
    tests/lwip_sockets/lwipopts.h

$(B)/tasks/lwip/%.o: $(LWIP_DIR)/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(tasks_CC) -std=c11 $(tasks_CFLAGS) -fno-sanitize=undefined -w -MD -MP -c $< -o $@

# The acceptance test of a port: on port/posix (in `make test`), and on port/lwip in QEMU.
$(B)/test/tests/port/%.o: test_CFLAGS += -Iport/posix
$(B)/test/bin/port-posix: $(patsubst %.c,$(B)/test/%.o,tests/port/acceptance.c tests/port/host.c \
    tests/unit/unit.c $(wildcard port/posix/*.c))
	$(call link,test)
test: $(B)/test/bin/port-posix

# $(call tried,NAME,BOARD): an image's objects, but with the acceptance test for its main.
define tried
$(B)/port/$(2).elf: $(patsubst %.c,$(B)/$(1)/%.o,tests/port/acceptance.c tests/port/board.c tests/unit/unit.c \
    $(filter-out %/main.c,$(wildcard port/lwip/*.c boards/firmware/*.c boards/$(2)/*.c))) \
    $(LWIP_NAMES:%=$(B)/$(1)/lwip/%.o) $(B)/$(1)/libmbedtls.a boards/$(2)/$(2).ld
	$$(call link,$(1))
$(B)/port/$(2).elf: $(1)_LDFLAGS += -Wl,--defsym=FLASH_LEN=0x100000 -Wl,--defsym=RAM_LEN=0x100000
endef
$(eval $(call tried,own12,mps2-an385))
$(eval $(call tried,rv-own12,virt-riscv32))

# The calls of the API, against the reference server.
$(B)/test/tests/calls/%.o: test_CFLAGS += -Iport/posix
$(B)/test/bin/calls: $(B)/test/tests/calls/against_twin.o $(B)/test/tests/unit/unit.o $(B)/test/libnango.a \
    $(B)/test/libmbedtls.a
	$(call link,test)
test: $(B)/test/bin/calls

# The port to copy must compile.
$(B)/test/tests/template/%.o: test_CFLAGS += -Iport/template
$(B)/test/bin/template: $(B)/test/port/template/nango_port_template.o

# The journal of the program, without its files.
$(B)/test/tests/journal/%.o: test_CFLAGS += -Iboards/host
$(B)/test/bin/journal: $(B)/test/boards/host/journal.o $(B)/test/boards/host/sip.o

# What the firmware keeps in flash, on a host.
$(B)/test/tests/firmware/%.o $(B)/test/boards/firmware/%.o: test_CFLAGS += -Iboards/firmware
$(B)/test/bin/firmware: $(B)/test/boards/firmware/state.o

# A server that grants small records in TLS 1.3, or none at all: GnuTLS, in front of the reference server.
$(B)/board/front: tests/board/front.c Makefile
	@mkdir -p $(@D)
	@echo "  LD  $@"
	$(Q)$(CC) -std=c11 $(WARNINGS) $(CFLAGS) $< -lgnutls -o $@

## qemu: run the images in QEMU against the reference server, over real TCP and TLS
.PHONY: qemu
QEMU_RUNS := $(IMAGES:%=$(B)/firmware/%.elf) $(B)/board/front $(B)/port/mps2-an385.elf $(B)/port/virt-riscv32.elf
qemu: $(QEMU_RUNS) $(TWIN)
	@node tests/board/firmware.mjs
	@node tests/port/lwip.mjs

# The same under FreeRTOS, with lwIP's sockets, for two tasks. The kernel is the user's.
FREERTOS_NAMES := tasks queue list portable/GCC/ARM_CM3/port portable/MemMang/heap_4
FREERTOS_BOARD := $(patsubst %.c,%.o,$(wildcard src/*.c port/lwip_sockets/*.c boards/mps2-an385-freertos/*.c) \
    port/lwip/question.c $(addprefix boards/firmware/,console.c entropy.c settings.c) \
    $(addprefix boards/mps2-an385/,board.c lan9118.c startup.c))
freertos12_CC = $(mps2-an385_CC)
freertos12_AR = $(mps2-an385_AR)
freertos12_CONFIG = boards/mps2-an385-freertos/mbedtls_config.h
freertos12_CFLAGS = $(mps2-an385_CFLAGS) -Os -g $(LEAN) -DNANGO_TYPES=9 -DNANGO_BODY=0 -DNANGO_CLIENT_CERT=0 \
    -DIMAGE_TLS13=0 -DIMAGE_PUBLIC=0 -DIMAGE_IN_LEN=2048 -DARENA_LEN=20480 \
    -Iboards/mps2-an385-freertos -Iport/lwip_sockets -Iport/lwip -Iboards/firmware -Iboards/mps2-an385 \
    $(addprefix -isystem $(FREERTOS_DIR)/,include portable/GCC/ARM_CM3) \
    -isystem $(LWIP_DIR)/src/include -isystem $(LWIP_DIR)/contrib/ports/freertos/include
freertos12_LDFLAGS = -nostartfiles -T boards/mps2-an385/mps2-an385.ld -Wl,--defsym=FLASH_LEN=0x100000 \
    -Wl,--defsym=RAM_LEN=0x100000 -Wl,--defsym=STACK_LEN=1024
$(eval $(call variant,freertos12))

$(B)/freertos12/lwip/%.o: $(LWIP_DIR)/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(freertos12_CC) -std=c11 $(freertos12_CFLAGS) -w -MD -MP -c $< -o $@

$(B)/freertos12/kernel/%.o: $(FREERTOS_DIR)/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(freertos12_CC) -std=gnu11 $(freertos12_CFLAGS) -w -MD -MP -c $< -o $@

$(B)/firmware/freertos12.elf: $(FREERTOS_BOARD:%=$(B)/freertos12/%) $(FREERTOS_NAMES:%=$(B)/freertos12/kernel/%.o) \
    $(addprefix $(B)/freertos12/lwip/,$(LWIP_NAMES:%=src/%.o) src/core/sys.o $(addprefix src/api/,api_lib.o api_msg.o \
    err.o netbuf.o sockets.o tcpip.o) contrib/ports/freertos/sys_arch.o) $(B)/freertos12/libmbedtls.a \
    boards/mps2-an385/mps2-an385.ld
	$(call link,freertos12)

.PHONY: freertos-dir
freertos-dir:
	@[ -f "$(FREERTOS_DIR)/tasks.c" ] || { echo "FREERTOS_DIR=: the folder of the FreeRTOS kernel (the one with \
	tasks.c), which is not part of this repository" >&2; exit 1; }

## firmware-freertos: an image under FreeRTOS, build/firmware/freertos12.elf; FREERTOS_DIR= is the kernel
.PHONY: firmware-freertos
firmware-freertos: freertos-dir
	@$(MAKE) --no-print-directory $(B)/firmware/freertos12.elf
	@$(freertos12_CC:gcc=size) $(B)/firmware/freertos12.elf

## qemu-freertos: run it in QEMU against the reference server
.PHONY: qemu-freertos
qemu-freertos: firmware-freertos $(TWIN)
	@node tests/board/freertos.mjs $(B)/firmware/freertos12.elf

# What is measured without TLS: the library as a whole program, small and with everything, linked so
# that nango_import and nango_poll stay functions; and the library alone with its call graph.
# $(call measured,NAME,SWITCHES)
define measured
$(1)_CC = $(mps2-an385_CC)
$(1)_AR = $(mps2-an385_AR)
$(1)_CONFIG = boards/firmware/mbedtls_config.h
$(1)_CFLAGS = $(mps2-an385_CFLAGS) $(2) $(LEAN) -DNANGO_TLS=0 -DIMAGE_TLS13=0 -DIMAGE_PUBLIC=0 \
    -Iboards/firmware -Iboards/mps2-an385
$(1)_LDFLAGS = -nostartfiles -T tests/board/board.ld -u nango_import -u nango_poll
$(call variant,$(1))
$(B)/$(1)/boards/firmware/string.o: $(1)_CFLAGS += $(string_CFLAGS)
endef
$(eval $(call measured,import-min,$(SMALL) $(LITTLE)))
$(eval $(call measured,import-full,$(SMALL) -DIMPORT_FULL))
$(eval $(call measured,plain,-Os -g -fcallgraph-info=su))
plain_LDFLAGS = -nostartfiles -T boards/mps2-an385/mps2-an385.ld -Wl,--defsym=FLASH_LEN=0x3F0000 \
    -Wl,--defsym=RAM_LEN=0x400000 -Wl,--defsym=STACK_LEN=65536 -Wl,--defsym=inputs=0x3F0000

$(B)/size/%.elf: $(foreach f,$(wildcard src/*.c),$(B)/%/$(f:.c=.o)) $(B)/%/tests/board/import.o \
    $(B)/%/boards/firmware/string.o tests/board/board.ld
	$(call link,$*)

$(B)/size/measure.elf: $(patsubst %.c,$(B)/plain/%.o,$(wildcard src/*.c) tests/board/measure.c \
    tests/board/bare.c boards/mps2-an385/startup.c) boards/mps2-an385/mps2-an385.ld
	$(call link,plain)

SIZED := $(B)/size/import-min.elf $(B)/size/import-full.elf $(B)/size/measure.elf $(IMAGES:%=$(B)/firmware/%.elf) \
    $(patsubst %.c,$(B)/plain/%.o,$(wildcard src/*.c))
## size: flash, RAM, stack, arena and instructions, held against tests/budget.txt
.PHONY: size
size: $(SIZED) $(TWIN)
	@node tests/board/size.mjs

## readme: write what `size` measures into the README's tables
.PHONY: readme
readme: $(SIZED) $(TWIN)
	@node tests/board/size.mjs readme

# The test program of tests/unit on the board, as it is: only its way out and its memory differ.
BOARD_UNIT := $(patsubst %.c,$(B)/plain/%.o,$(filter-out %/unit_host.c,$(wildcard tests/unit/*.c)) \
    $(wildcard src/*.c) tests/board/unit_board.c tests/board/bare.c boards/mps2-an385/startup.c)

$(B)/plain/unit_list.o: $(B)/test/unit_list.c
	@mkdir -p $(@D)
	$(Q)$(plain_CC) -std=c11 $(plain_CFLAGS) -Itests/unit -c $< -o $@

$(B)/size/unit.elf: $(BOARD_UNIT) $(B)/plain/unit_list.o boards/mps2-an385/mps2-an385.ld
	$(call link,plain)

# And on a 32-bit and on a big-endian machine, under QEMU's emulation of Linux.
armhf_CC = arm-linux-gnueabihf-gcc
s390x_CC = s390x-linux-gnu-gcc
# $(call crossed,NAME)
define crossed
$(1)_AR = $$($(1)_CC:gcc=ar)
$(1)_CONFIG = $(HOST_CONFIG)
$(1)_CFLAGS = -O2 -g $(LEAN) -static -DNANGO_TLS=0
$(call variant,$(1))

$(B)/$(1)/unit_list.o: $(B)/test/unit_list.c
	@mkdir -p $$(@D)
	$(Q)$$($(1)_CC) -std=c11 $$($(1)_CFLAGS) -Itests/unit -c $$< -o $$@

$(B)/$(1)/unit: $(patsubst %.c,$(B)/$(1)/%.o,$(wildcard src/*.c tests/unit/*.c)) $(B)/$(1)/unit_list.o
	$$(call link,$(1))
endef
$(foreach m,armhf s390x,$(eval $(call crossed,$(m))))

## test-board: the unit tests inside QEMU: on a Cortex-M3, on armhf, on s390x (big-endian)
.PHONY: test-board
BOARD_UNITS := $(B)/size/unit.elf $(B)/armhf/unit $(B)/s390x/unit
test-board: $(BOARD_UNITS)
	@tests/run $(filter tests/board/unit%,$(BOARD_TESTS))

test: $(if $(ALL),$(QEMU_RUNS) $(SIZED) $(BOARD_UNITS))

# ---- long checks: fault, sim, fuzz, proofs, cov, hostile ------------------------------------
# The simulator is the library without TLS with tests/sim: `sim` is fast, `simtest` has the
# sanitizers, and each mutant has one rule of client.c or device.c broken (tests/sim/mutate).
SIM := $(patsubst %.c,%.o,$(wildcard src/*.c tests/sim/*.c))
MUTANTS := $(shell tests/sim/mutate | cut -d ' ' -f 1)
define simulator
$(1)_CC = $(CC)
$(1)_AR = $(AR)
$(1)_CFLAGS = $(2) -g -DNANGO_TLS=0
$(1)_CONFIG = $(HOST_CONFIG)
$(call variant,$(1))

$(B)/$(1)/sim: $(SIM:%=$(B)/$(1)/%)
	$$(call link,$(1))
endef
$(eval $(call simulator,sim,-O2))
$(eval $(call simulator,simtest,-O1 $(SANITIZE)))

$(B)/sim/mutants/%/sim: tests/sim/mutate $(SIM:%=$(B)/sim/%)
	@echo "  CC  $@"
	$(Q)tests/sim/mutate $* $(@D)
	$(Q)$(sim_CC) -std=c11 $(sim_CFLAGS) $(INCLUDES) -Isrc -Itests/sim $(@D)/*.c \
	    $(filter-out %/client.o %/device.o,$(filter %.o,$^)) -o $@

test: $(B)/simtest/sim $(B)/sim/sim $(MUTANTS:%=$(B)/sim/mutants/%/sim)

# Faults: the peer is that of tests/tls, and Mbed TLS's allocations pass by the test.
$(B)/test/bin/fault: $(patsubst %,$(B)/test/tests/tls/%.o,cert peer)
$(B)/test/bin/fault: LDFLAGS += -Wl,--wrap=mbedtls_calloc,--wrap=mbedtls_free
$(B)/test/tests/fault/%.o: test_CFLAGS += -Itests/tls

## fault: one fault in each call of a port, of entropy, clocks, and the TLS allocator
.PHONY: fault
fault: $(B)/test/bin/fault
	@NANGO_TEST_LONG=1 $<

## sim: one simulated run; SEED=n replays that one, COUNT=n runs so many
SEED ?= 1
.PHONY: sim sim-long herd
sim: $(B)/sim/sim
	@$< seed=$(SEED) $(if $(COUNT),count=$(COUNT))

## sim-long: five million imports, on two processors
sim-long: $(B)/sim/sim
	@$< seed=$(SEED) count=125 & first=$$!; \
	$< seed=$$(($(SEED) + 125)) count=125; second=$$?; wait $$first && exit $$second

## herd: 100,000 devices that boot in the same second; draws tests/sim/herd.svg
herd: $(B)/sim/sim
	@$< herd tests/sim/herd.svg

## servers: bad servers of TLS, for nangoc and, where there is one, curl: tests/servers/cases.txt
.PHONY: servers
servers: $(B)/test/nangoc
	@node tests/servers/test-servers.mjs --curl

## hostile: peers that speak badly, for nangoc and, where there is one, curl: tests/hostile/cases.txt
.PHONY: hostile
hostile: $(B)/test/nangoc
	@node tests/hostile/test-hostile.mjs --curl

# Fuzzing: the library without TLS by clang, and a program for each tests/fuzz/fuzz_NAME.c; those of
# the program's input have its files too.
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz_CC = clang
fuzz_AR = $(AR)
fuzz_CFLAGS = -O1 -g $(LEAN) $(SANITIZE) -fsanitize=fuzzer-no-link -DNANGO_TLS=0 -Iboards/host
fuzz_CONFIG = $(HOST_CONFIG)
$(eval $(call variant,fuzz))

$(B)/fuzz/bin/%: $(B)/fuzz/tests/fuzz/fuzz_%.o $(patsubst %.c,$(B)/fuzz/%.o,tests/fuzz/fuzz.c tests/fuzz/tree.c \
    $(wildcard src/*.c))
	$(call link,fuzz)
$(B)/fuzz/bin/%: fuzz_LDFLAGS = -fsanitize=fuzzer
$(B)/fuzz/bin/input $(B)/fuzz/bin/flags: $(patsubst %,$(B)/fuzz/boards/host/%.o,input flags options \
    print secret source)

## fuzz: SECONDS=n of fuzzing for each target, or for TARGET=name alone
SECONDS ?= 60
.PHONY: fuzz
fuzz: $(FUZZ:%=$(B)/fuzz/bin/%)
	@tests/fuzz/run $(B)/fuzz/bin $(SECONDS) $(TARGET)
test: $(FUZZ:%=$(B)/fuzz/bin/%)

## proofs: what CBMC shows of the writers and readers, and under which bounds: tests/proofs
.PHONY: proofs
proofs:
	@tests/proofs/run $(B)/proofs long $(T)

# Where CBMC cannot be had, the tests' short form says why, and is skipped.
build/deps/cbmc.tried: .ci/packages
	@mkdir -p $(@D); .ci/deps cbmc >$@ 2>&1 || true
test: $(if $(filter build/deps/%,$(CBMC)),build/deps/cbmc.tried)

## cov: lines and branches of src/ that the C tests take (gcovr); fails below 100 %
COV_TESTS = $(filter unit tls fault recordings,$(C_TESTS))
.PHONY: cov
cov:
	@$(MAKE) --no-print-directory B=$(B)/cov SANITIZE='-O0 --coverage' $(COV_TESTS:%=$(B)/cov/test/bin/%)
	@find $(B)/cov -name '*.gcda' -exec rm {} +
	@B=$(B)/cov tests/run $(COV_TESTS:%=$(B)/cov/test/bin/%)
	@gcovr --root . --filter src/ --branches --fail-under-line 100 --fail-under-branch 100 --print-summary \
	    $(B)/cov/test/src
