/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/fields.h: the field rule (consent 6.6): wanted by the view and the contract, of a
 * kind that may be used, and collected for the purpose. */
#ifndef CDP_CONSENT_FIELDS_H
#define CDP_CONSENT_FIELDS_H

#include "consent/facts.h"

struct profile;
struct record;

enum field_wanted { FIELD_OUT, FIELD_PARTS, FIELD_WHOLE };

/* Whether view and contract name the path, or parts of it ("address.country" of "address"). The
 * contact of the channel needs no view. */
enum field_wanted field_wanted(const struct question *q, struct span path);
/* The path that a contact's value stands at: of a record its postal address. */
struct span contact_field(const struct fact_identifier *id);
/* Whether the paths of the row's own machinery (members, provenance) are in the view. */
bool view_names(const struct question *q, struct span path);
/* The categories of the path, a bit (1u << enum field_category) each: the policy's and those of the
 * row's own tags, for the path, what it belongs to and what belongs to it. */
unsigned field_categories(const struct policy *p, const struct record *row, struct span path);
/* May leave: `condition` says that the purpose has an Article 9 condition. */
bool categories_allowed(unsigned categories, bool condition);
/* May be stored for linking: only credentials and special categories are held back. */
bool categories_storable(unsigned categories, bool condition);
bool field_declared(const struct policy *p, struct span path);
/* Some record that holds the value at (path, index) may be used for the purpose. */
bool field_usable(const struct question *q, const struct facts *f, const struct profile *p,
    struct span path, uint32_t index);
bool member_usable(const struct question *q, const struct fact_member *m);

#endif
