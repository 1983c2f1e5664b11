/* SPDX-License-Identifier: Apache-2.0 */
/* lib/base/wide.h: integers of 128 bits, for products of two words. */
#ifndef CDP_BASE_WIDE_H
#define CDP_BASE_WIDE_H

__extension__ typedef unsigned __int128 wide;
__extension__ typedef __int128 signed_wide;

#endif
