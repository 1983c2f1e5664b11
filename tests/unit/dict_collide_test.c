/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/dict_collide_test.c: the same where almost all hashes are equal. */
#define CDP_HASH_MASK	UINT64_C(0x3)
#include "resolve/dict.c"

#include "dict_test.c"
