# SPDX-License-Identifier: Apache-2.0
# The cdp toolkit. `make help` lists the targets. Everything that is built lands under $(O).

O          ?= build
# One name, given relative or whole: by it make knows what depends on what.
override O := $(patsubst $(CURDIR)/%,%,$(abspath $(O)))
PREFIX     ?= /usr/local
DESTDIR    ?=
CC         ?= gcc
PKG_CONFIG ?= pkg-config
PROVE      ?= prove
CFLAGS     ?= -O2 -g
VERSION    := $(shell cat VERSION)
Q           = $(if $(V),,@echo '  CC $<';)	# V=1 shows whole commands
L           = $(if $(V),,@echo '  LD $@';)

# The one list of packages (Debian 12 names); `make deps` installs what is missing.
BUILD_PKGS = gcc libc6-dev pkg-config libcsv-dev libjansson-dev libxxhash-dev libsodium-dev \
             libutf8proc-dev libidn2-dev zlib1g-dev libzstd-dev
TEST_PKGS  = bats bats-support bats-assert mandoc jq strace zstd gzip python3 perl git locales
LINT_PKGS  = clang-format cppcheck shellcheck

PKGS     = jansson libxxhash libsodium libutf8proc libidn2 zlib libzstd
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
           -Wvla -Wwrite-strings -Wundef -Wpointer-arith $(if $(filter true,$(CI)),-Werror)
HARDEN   = -fstack-protector-strong -fstack-clash-protection -fno-strict-overflow \
           -fno-delete-null-pointer-checks -ftrivial-auto-var-init=zero -Werror=format-security \
           $(if $(SANITIZE),-U_FORTIFY_SOURCE,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3) \
           $(if $(filter x86_64,$(shell uname -m)),-fcf-protection=full)
HARDEN_L = -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed
SAN      = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all)
ALL_C    = -std=c11 -D_GNU_SOURCE -DCDP_VERSION='"$(VERSION)"' -Ilib -I. $(WARN) $(HARDEN) $(SAN) -fPIE \
           -ffp-contract=off -ffile-prefix-map='$(CURDIR)=.' -pthread -MMD -MP \
           $(PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS)
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   := $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null)
LIBS      = $(PKG_LIBS) -lcsv -pthread $(LDLIBS)

DIRS  ?= base io cli model normal ingest resolve consent export report synth
lib   := $(patsubst %.c,$(O)/%.o,$(sort $(foreach d,$(DIRS),$(wildcard lib/$(d)/*.c))))
tools := $(patsubst cmd/%.c,$(O)/%,$(sort $(wildcard cmd/*.c)))
units := $(patsubst tests/unit/%.c,$(O)/tests/unit/%,$(sort $(wildcard tests/unit/*_test.c)))
share := $(shell find share -type f ! -name '*.sh' ! -name '*.awk' | LC_ALL=C sort)

all: $(tools)				## build every tool under $(O)
# A tool of many commands has a file each, in the directory of its name.
$(foreach t,$(tools),$(eval $t: \
    $(patsubst %.c,$(O)/%.o,$(sort $(wildcard cmd/$(t:$(O)/cdp-%=%)/*.c)))))
$(tools): $(O)/%: $(O)/cmd/%.o $(O)/libcdp.a
	$(L)$(CC) $(SAN) $(HARDEN_L) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)
$(O)/tests/unit/fx_test: LDLIBS += -lm	# the reference; no engine calls it
$(units): $(O)/tests/unit/%: $(O)/tests/unit/%.o $(O)/libcdp.a
	$(L)$(CC) $(SAN) $(HARDEN_L) $(LDFLAGS) -o $@ $^ $(LIBS)
$(O)/test/%: $(O)/tests/unit/%_test	# by the names of the design: build/test/consent_vectors
	@mkdir -p $(@D)
	@ln -f $< $@
$(O)/libcdp.a: $(lib) $(O)/assets.o
	@rm -f $@
	$(L)$(AR) rcD $@ $^
$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_C) -c -o $@ $<
$(O)/assets.S: $(share) share/embed.awk Makefile
	@mkdir -p $(@D)
	@LC_ALL=C awk -v digest="$$(for f in $(share:share/%=%); do printf '%s\0' "$$f"; cat "share/$$f"; done | \
	    sha256sum | cut -c1-64)" -f share/embed.awk $(share) > $@
$(O)/assets.o: $(O)/assets.S
	$(Q)$(CC) -c -o $@ $<

# ---- what a user types -------------------------------------------------------------------
deps:					## install the packages that are missing (Debian 12)
	@share/deps.sh $(BUILD_PKGS) $(TEST_PKGS) $(if $(filter true,$(CI)),$(LINT_PKGS))
demo: deps				## build, run the whole pipeline on sample data, say what it found
	@$(MAKE) --no-print-directory -j2 all
	@CDP_BUILD="$(abspath $(O))" share/demo.sh $(O)/demo
check: deps				## build and run every test
	@$(MAKE) --no-print-directory -j2 all units tests-tools
	@$(MAKE) --no-print-directory check-layers check-exports check-headers check-licences fuzz-replay check-unit check-cli
install: all				## install tools, pages and completions under DESTDIR/PREFIX
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/bash-completion/completions"
	install -m 755 $(tools) "$(DESTDIR)$(PREFIX)/bin"
	for page in man/*.[157]; do \
		install -D -m 644 "$$page" \
		    "$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}" || exit 1; \
	done
	for tool in $(notdir $(tools)); do \
		$(O)/$$tool --print-completion > $(O)/$$tool.bash && \
		install -m 644 $(O)/$$tool.bash \
		    "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$tool" || exit 1; \
	done
uninstall:				## remove what install put there
	for tool in $(notdir $(tools)); do \
		rm -f "$(DESTDIR)$(PREFIX)/bin/$$tool" \
		    "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$tool"; \
	done
	for page in man/*.[157]; do \
		rm -f "$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}"; \
	done

# ---- tests ---------------------------------------------------------------------------------
T        = CDP_BUILD="$(abspath $(O))" CDP_CORPORA=$(CORPORA)
helpers := $(patsubst tests/tools/%.c,$(O)/tests/tools/%,$(sort $(wildcard tests/tools/*.c)))
units: $(units)
shims := $(patsubst tests/shim/%.c,$(O)/tests/shim/%.so,$(wildcard tests/shim/*.c))
tests-tools: $(helpers) $(shims)
$(helpers): $(O)/tests/tools/%: $(O)/tests/tools/%.o $(O)/libcdp.a
	$(L)$(CC) $(SAN) $(HARDEN_L) $(LDFLAGS) -o $@ $^ $(LIBS)
$(O)/tests/shim/%.so: tests/shim/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O2 -shared -fPIC -o $@ $< -ldl
longest := $(O)/tests/unit/tlog_log_test	# begun in its turn, it would end long after the others
check-unit: units			## unit tests
	$(T) $(PROVE) -j2 -e '' $(longest) $(filter-out $(longest),$(units))
check-cli: all tests-tools		## behaviour tests of the tools, pages and corpora
	$(T) $(PROVE) -j2 -e bats $(sort $(wildcard tests/*.bats))
check-docs: all				## the examples of README and pages, and the pages themselves
	$(T) $(PROVE) -e bats tests/docs.bats
check-corpora: all tests-tools		## bad-input corpora (CORPORA=DIR)
	$(T) $(PROVE) -e bats tests/corpora.bats
torture: all tests-tools		## every fault sweep in full (SHALLOW=25 SEED=n for less)
	$(T) SHALLOW=$(or $(SHALLOW),0) $(PROVE) -e bats tests/faults.bats $(wildcard tests/consent_crash.bats tests/*_faults.bats)
check-layers:				## who may include whom
	@awk -f tests/layers.awk lib/*/*.[ch] cmd/*.c cmd/*/*.[ch]
check-exports: all			## what lib exports has a caller in another file
	@nm -gA $(lib) $(patsubst %.c,$(O)/%.o,$(wildcard cmd/*.c cmd/*/*.c)) | awk -f tests/exports.awk
check-splink: $(O)/tests/tools/splink_replay $(O)/cdp-resolve	## Splink's weights and ours (TOL=bits; fetches Splink from PyPI)
	@mkdir -p $(O)/splink
	@test -x $(O)/splink/venv/bin/pip || python3 -m venv $(O)/splink/venv
	@$(O)/splink/venv/bin/pip install --quiet 'splink==5.0.0'
	@$(O)/splink/venv/bin/python tests/splink/check.py $^ $(O)/splink $(or $(TOL),1e-9)
TABLES   = $(wildcard share/*/*.tsv)
check-licences:				## every table says where it is from, and under which licence
	@for t in $(TABLES); do \
		head -n 1 "$$t" | grep -q '^# .*for this project.*Apache-2\.0' || \
		    { echo "$$t: the first line names no origin and licence"; exit 1; }; \
	done
check-headers:				## every header compiles alone
	@for h in lib/*/*.h cmd/*/*.h; do \
		printf '#include "%s"\nextern int nothing;\n' "$${h#lib/}" | \
		$(CC) $(filter-out -MMD -MP,$(ALL_C)) -fsyntax-only -x c - || { echo "$$h"; exit 1; }; \
	done
accept: all				## rewrite the expectations of one golden case: CASE=tool/case
	@$(T) tests/accept.sh $(CASE)

# ---- quality -------------------------------------------------------------------------------
lint:					## cppcheck, shellcheck, banned names
	@share/deps.sh $(LINT_PKGS)
	cppcheck --quiet --std=c11 --inline-suppr --error-exitcode=1 --enable=warning,portability \
	    --suppress=missingIncludeSystem --library=tests/cppcheck.cfg -Ilib -I. cmd lib
	shellcheck -x share/*.sh tests/*.sh tests/consent/*.sh bench/*.sh .ci/run
	@if grep -nwE '(strcpy|strcat|sprintf|gets|atoi|strtok|system|popen|tmpnam|mktemp|alloca|setlocale|__builtin_prefetch) *\(' \
	    cmd/*.c cmd/*/*.c lib/*/*.c; then echo 'banned names above'; exit 1; fi
	@grep -L 'SPDX-License-Identifier' cmd/*.c cmd/*/*.[ch] lib/*/*.[ch] tests/*.bats tests/*/*.[ch] man/* share/*.sh | \
	    { ! grep .; } || { echo 'files without SPDX above'; exit 1; }
format:					## clang-format over the sources
	clang-format -i cmd/*.c cmd/*/*.[ch] lib/*/*.[ch] tests/*/*.[ch]
size:					## lines of files, beside the budgets of docs/HACKING.md
	@wc -l cmd/*.c cmd/*/*.[ch] lib/*/*.[ch] | sort -n | tail -25
fuzz: CC = clang
fuzz:					## fuzz one target: FUZZ=csv SECONDS=60 (needs clang)
	@test -n "$(FUZZ)" || { echo 'usage: make fuzz FUZZ=csv SECONDS=60'; exit 2; }
	@$(MAKE) --no-print-directory O=$(O)/fuzz CC=clang SANITIZE=address,undefined,fuzzer-no-link \
	    HARDEN= $(O)/fuzz/libcdp.a
	clang -g -O1 -fsanitize=fuzzer,address,undefined -std=c11 -D_GNU_SOURCE -Ilib \
	    -o $(O)/fuzz/$(FUZZ) fuzz/$(FUZZ).c $(O)/fuzz/libcdp.a $(LIBS)
	@mkdir -p $(O)/fuzz/found/$(FUZZ)
	$(O)/fuzz/$(FUZZ) -max_total_time=$(or $(SECONDS),60) -artifact_prefix=$(O)/fuzz/ \
	    $(O)/fuzz/found/$(FUZZ) fuzz/seeds/$(FUZZ)
fuzzers := $(patsubst fuzz/%.c,$(O)/fuzz/%,$(filter-out fuzz/main.c,$(sort $(wildcard fuzz/*.c))))
$(fuzzers): $(O)/fuzz/%: $(O)/fuzz/%.o $(O)/fuzz/main.o $(O)/libcdp.a
	$(L)$(CC) $(SAN) $(HARDEN_L) $(LDFLAGS) -o $@ $^ $(LIBS)
fuzz-replay: $(fuzzers)			## replay the seeds of every fuzz target
	@for f in $(fuzzers); do $$f fuzz/seeds/$${f##*/}/* || exit 1; done
benches := $(patsubst bench/%.c,$(O)/bench/%,$(sort $(wildcard bench/*.c)))
$(benches): $(O)/bench/%: $(O)/bench/%.o $(O)/libcdp.a
	$(L)$(CC) $(SAN) $(HARDEN_L) $(LDFLAGS) -o $@ $^ $(LIBS)
bench: all $(benches)			## figures against named peers; never fails by time
	CDP_BUILD="$(abspath $(O))" bench/run.sh
bench-pairs: $(O)/cdp-synth $(O)/bench/pairs	## pairs scored in a second of one core (MIN=n: or fail)
	@CDP_BUILD="$(abspath $(O))" bench/pairs.sh $(MIN)
# Public sets with truth are not in the repository: DATA=DIR says where they are. What stands on
# the command line of make (DATA, SETS, MODE, ...) reaches the scripts in their environment.
PY = PYTHONDONTWRITEBYTECODE=1 CDP_BUILD="$(abspath $(O))" python3
accuracy: all				## F1 on public sets against their bars: DATA=DIR SETS="a b"
	@$(PY) bench/accuracy.py
accuracy-verdicts: all			## the same with 40 pairs answered from the truth: DATA=DIR
	@$(PY) bench/verdicts.py
check-same: all				## threads, order and memory change no byte: MODE=exact PEOPLE=N
	@CDP_BUILD="$(abspath $(O))" tests/same.sh
raced := beside merge out pipeline shelf	# unit tests of what threads share
check-races:				## tools built anew under the thread sanitizer: PEOPLE=N
	@$(MAKE) --no-print-directory -j2 O=$(O)/races SANITIZE=thread all $(raced:%=$(O)/races/tests/unit/%_test)
	@CDP_BUILD="$(abspath $(O))/races" UNITS="$(raced)" tests/races.sh
bench-consent: all			## gates, append, verify, explain beside sha256sum and jq: MIN=n MAX_US=n or fail
	@CDP_BUILD="$(abspath $(O))" bench/consent.sh $(if $(MIN),--min-filter $(MIN)) $(if $(MAX_US),--max-append-us $(MAX_US))
bench-scale: all			## growth of time and memory: MAX=10000000 BYTES=150
	@CDP_BUILD="$(abspath $(O))" bench/scale.sh
# Splink and DuckDB come from PyPI into a directory of their own, for this target alone.
$(O)/versus/ready: bench/versus/requirements.txt
	python3 -m venv $(@D)
	$(@D)/bin/pip install -q --disable-pip-version-check -r $<
	@touch $@
bench-versus: all $(O)/versus/ready	## against Splink on one file: PEOPLE=N PEERS="fastest" OUT=FILE
	@PYTHON=$(O)/versus/bin/python $(PY) bench/versus/run.py

# ---- releases ------------------------------------------------------------------------------
NAME = cdp-$(VERSION)
dist:					## a source archive under $(O)
	@mkdir -p $(O)
	git archive --format=tar.gz --prefix=$(NAME)/ -o $(O)/$(NAME).tar.gz HEAD
distcheck: dist				## unpack, build, test, install, run installed, uninstall
	rm -rf $(O)/distcheck && mkdir -p $(O)/distcheck
	tar -xzf $(O)/$(NAME).tar.gz -C $(O)/distcheck
	$(MAKE) -C $(O)/distcheck/$(NAME) O=build check
	$(MAKE) -C $(O)/distcheck/$(NAME) O=build DESTDIR="$(abspath $(O))/distcheck/root" install
	cd $(O)/distcheck/$(NAME) && \
	    CDP_BUILD="$(abspath $(O))/distcheck/root$(PREFIX)/bin" share/demo.sh build/installed-demo > /dev/null
	$(MAKE) -C $(O)/distcheck/$(NAME) O=build DESTDIR="$(abspath $(O))/distcheck/root" uninstall
	@test -z "$$(find $(O)/distcheck/root -type f)" || { echo 'files left after uninstall'; exit 1; }
	@echo "$(NAME): distcheck passed"
clean:					## remove everything that was built
	rm -rf $(O)
help:					## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## */\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

.PHONY: all deps demo check units tests-tools check-unit check-cli check-docs check-corpora torture \
	check-layers check-exports check-headers check-licences check-splink check-same check-races accept lint format \
	size fuzz fuzz-replay bench accuracy accuracy-verdicts bench-consent bench-pairs bench-scale bench-versus install \
	uninstall dist distcheck clean help
-include $(lib:.o=.d) $(wildcard $(O)/cmd/*.d $(O)/cmd/*/*.d $(O)/tests/*/*.d $(O)/bench/*.d $(O)/fuzz/*.d)
