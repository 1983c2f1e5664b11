/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/groups_collide_test.c: the same groups where almost all hashes of keys are equal. */
#define CDP_HASH_MASK	UINT64_C(0x3)
#include "resolve/groups.c"

#include "groups_test.c"
