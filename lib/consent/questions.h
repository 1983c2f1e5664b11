/* SPDX-License-Identifier: Apache-2.0 */
/* lib/consent/questions.h: every question that a policy knows, for whoever asks what may be done
 * at all. */
#ifndef CDP_CONSENT_QUESTIONS_H
#define CDP_CONSENT_QUESTIONS_H

#include "base/attr.h"
#include <stdbool.h>

struct error;
struct judge_question;
struct policy;

/* Borrowed until it returns; -1 ends the walk. */
typedef int question_visit(void *arg, const struct judge_question *q, struct error *e);
/* Each purpose by each of its channels: for every controller without a destination, then
 * (contracts) for every destination whose contract has them; in the order of the policy. Members
 * of `fixed` that are not NULL narrow the walk. 0, or -1: the visitor's error, or USAGE if
 * nothing fits. */
MUST_USE int questions_each(const struct policy *p, const struct judge_question *fixed, bool contracts,
    question_visit *visit, void *arg, struct error *e);
/* Whether the policy has what `fixed` names, each and together; USAGE if not. */
MUST_USE int questions_known(const struct policy *p, const struct judge_question *fixed, struct error *e);

#endif
