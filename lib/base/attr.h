/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/attr.h: what we tell the compiler, in words. */
#ifndef CDP_BASE_ATTR_H
#define CDP_BASE_ATTR_H

#define MUST_USE		__attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a)	__attribute__((format(printf, f, a)))
#define UNUSED			__attribute__((unused))
/* For a few lines in the innermost loops, where a call costs as much as the work. */
#define ALWAYS_INLINE		static inline __attribute__((always_inline))
/* For the rare way out of a function that is called for every value: what the rare way needs of
 * registers and stack is then not saved on the common one. */
#define NOINLINE		static __attribute__((noinline))
/* Of a variable that is filled before it is read: else the hardening of the build clears it first,
 * which for a table on the stack costs as much as what is done with it. */
#define UNCLEARED		__attribute__((uninitialized))
#define LIKELY(x)		__builtin_expect(!!(x), 1)
#define UNLIKELY(x)		__builtin_expect(!!(x), 0)

#endif
