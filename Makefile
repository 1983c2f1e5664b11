# SPDX-License-Identifier: Apache-2.0
# The cdp toolkit. `make help` lists the targets. Everything that is built lands under $(O).

O          ?= build
PREFIX     ?= /usr/local
DESTDIR    ?=
CC         ?= gcc
PKG_CONFIG ?= pkg-config
PROVE      ?= prove
CFLAGS     ?= -O2 -g
VERSION    := $(shell cat VERSION)

# The one list of packages (Debian 12 names); `make deps` installs what is missing.
BUILD_PKGS = gcc libc6-dev pkg-config libcsv-dev libjansson-dev libxxhash-dev libsodium-dev \
             libutf8proc-dev libidn2-dev zlib1g-dev libzstd-dev
TEST_PKGS  = bats bats-support bats-assert mandoc jq strace zstd gzip python3 perl git
LINT_PKGS  = clang-format cppcheck shellcheck

PKGS     = jansson libxxhash libsodium libutf8proc libidn2 zlib libzstd	# libcsv has no .pc file
WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
           -Wvla -Wwrite-strings -Wundef -Wpointer-arith $(if $(filter true,$(CI)),-Werror)
HARDEN   = -fstack-protector-strong -fstack-clash-protection -fno-strict-overflow \
           -fno-delete-null-pointer-checks -ftrivial-auto-var-init=zero -Werror=format-security \
           $(if $(SANITIZE),-U_FORTIFY_SOURCE,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3) \
           $(if $(filter x86_64,$(shell uname -m)),-fcf-protection=full)
HARDEN_L = -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed
SAN      = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all)
ALL_C    = -std=c11 -D_GNU_SOURCE -DCDP_VERSION='"$(VERSION)"' -Ilib $(WARN) $(HARDEN) $(SAN) -fPIE \
           -ffp-contract=off -ffile-prefix-map=$(CURDIR)=. -pthread -MMD -MP \
           $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null) $(CPPFLAGS) $(CFLAGS)
LIBS      = $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null) -lcsv -pthread $(LDLIBS)

DIRS  ?= base io cli model normal ingest resolve consent export report
lib   := $(patsubst %.c,$(O)/%.o,$(sort $(foreach d,$(DIRS),$(wildcard lib/$(d)/*.c))))
tools := $(patsubst cmd/%.c,$(O)/%,$(sort $(wildcard cmd/*.c)))
units := $(patsubst tests/unit/%.c,$(O)/tests/unit/%,$(sort $(wildcard tests/unit/*_test.c)))
share := $(shell find share -type f | LC_ALL=C sort)

all: $(tools)				## build every tool under $(O)
$(tools): $(O)/%: $(O)/cmd/%.o $(O)/libcdp.a
	$(CC) $(SAN) $(HARDEN_L) $(LDFLAGS) -o $@ $^ $(LIBS)
$(units): $(O)/tests/unit/%: $(O)/tests/unit/%.o $(O)/libcdp.a
	$(CC) $(SAN) $(HARDEN_L) $(LDFLAGS) -o $@ $^ $(LIBS)
$(O)/libcdp.a: $(lib) $(O)/assets.o
	@rm -f $@
	$(AR) rcD $@ $^
$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_C) -c -o $@ $<
$(O)/assets.S: $(share) Makefile
	@mkdir -p $(@D)
	@LC_ALL=C awk -f share/embed.awk $(filter-out share/embed.awk,$(share)) > $@
$(O)/assets.o: $(O)/assets.S
	$(CC) -c -o $@ $<
