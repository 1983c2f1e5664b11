/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/attr.h: what we tell the compiler, in words. */
#ifndef CDP_BASE_ATTR_H
#define CDP_BASE_ATTR_H

#define MUST_USE		__attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a)	__attribute__((format(printf, f, a)))
#define UNUSED			__attribute__((unused))
#define NORETURN		_Noreturn
#define LIKELY(x)		__builtin_expect(!!(x), 1)
#define UNLIKELY(x)		__builtin_expect(!!(x), 0)

#endif
