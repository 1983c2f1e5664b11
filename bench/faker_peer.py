# SPDX-License-Identifier: Apache-2.0
# The peer of cdp-synth: N customers by Faker, as records, without households, errors or truth.
import json
import sys

from faker import Faker

fakes = {code: Faker(code) for code in ("en_US", "pt_BR", "es_ES", "de_DE")}
Faker.seed(7)
for i in range(int(sys.argv[1])):
    fake = list(fakes.values())[i % 4]
    sys.stdout.write(json.dumps({
        "kind": "record", "id": f"shop:{i}", "source": "shop", "given_name": fake.first_name(),
        "family_name": fake.last_name(), "birthdate": fake.date_of_birth().isoformat(),
        "email": [fake.email()], "phone_number": [fake.phone_number()],
        "address": [{"street_address": fake.street_address(), "locality": fake.city(),
                     "postal_code": fake.postcode()}]}, ensure_ascii=False) + "\n")
