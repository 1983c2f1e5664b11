/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/token.h: the tokens of model/token.h, and identifiers of many people. */
#ifndef CDP_CONSENT_TOKEN_H
#define CDP_CONSENT_TOKEN_H

#include "model/token.h"	/* struct token_key, by value */

/* Whether the identifier is one many people share by policy or form: role mailboxes and
 * namespaces of the policy's `shared`. */
struct policy;
bool identifier_shared(const struct policy *p, struct span type, struct span value);

#endif
