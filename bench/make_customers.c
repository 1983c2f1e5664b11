/* SPDX-License-Identifier: Apache-2.0 */
/* bench/make_customers.c: invented customers for the benches, the same from the same seed.
 *	make_customers --rows N --seed S --format csv|records [--duplicates SHARE]
 * About 2.5 rows a person (SHARE 0.6 of the rows repeat an earlier person) have the same
 * e-mail address or phone number. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct settings {
	uint64_t	rows, seed;
	double		duplicates;
	bool		records;
};

static const char *const first_names[] = { "Ana", "Bruno", "Clara", "Daniel", "Elena", "Felix",
	"Greta", "Hugo", "Ines", "Jonas", "Katrin", "Lucas", "Maria", "Nina", "Otto", "Paula" };
static const char *const last_names[] = { "Almeida", "Becker", "Costa", "Dietrich", "Esteves",
	"Fischer", "Gomes", "Hoffmann", "Keller", "Lindner", "Moreira", "Neumann", "Oliveira",
	"Pereira", "Schuster", "Teixeira" };
static const char *const cities[] = { "Lisboa", "Porto", "Berlin", "Hamburg", "Coimbra", "Bremen",
	"Campinas", "Dresden" };
static const char *const countries[] = { "PT", "PT", "DE", "DE", "PT", "DE", "BR", "DE" };

/* splitmix64: a number from a number, so that a person is a function of seed and index. */
static uint64_t
mix(uint64_t n)
{
	n += UINT64_C(0x9e3779b97f4a7c15);
	n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
	return n ^ n >> 31;
}

struct person {
	const char	*first, *last, *city, *country;
	char		 email[64], phone[24], birth[16], street[40], postcode[16];
};

static void
make_person(struct person *p, uint64_t seed, uint64_t index)
{
	uint64_t r = mix(seed ^ mix(index));
	unsigned place = r >> 8 & 7;

	p->first = first_names[r & 15];
	p->last = last_names[r >> 4 & 15];
	p->city = cities[place];
	p->country = countries[place];
	snprintf(p->email, sizeof p->email, "%c%s%" PRIu64 "@example.com", p->first[0] | 0x20,
	    p->last + 1, index);
	snprintf(p->phone, sizeof p->phone, "+3519%08" PRIu64, index % 100000000);
	snprintf(p->birth, sizeof p->birth, "%04d-%02d-%02d", 1940 + (int)(r >> 12 & 63),
	    1 + (int)((r >> 18) % 12), 1 + (int)((r >> 24) % 28));
	snprintf(p->street, sizeof p->street, "Rua das Flores %d", 1 + (int)((r >> 32) % 400));
	snprintf(p->postcode, sizeof p->postcode, "%05d", (int)((r >> 40) % 100000));
}

static void
print_csv(const struct person *p, uint64_t row, uint64_t r)
{
	printf("%" PRIu64 ",%s,%s,%s,%s,%s,%s,%s,%s,%s,2026-%02d-%02dT10:00:00Z,%s\n", row + 1,
	    p->first, p->last, p->email, p->phone, p->birth, p->street, p->city, p->postcode,
	    p->country, 1 + (int)(r % 6), 1 + (int)((r >> 8) % 28), (r & 1) != 0 ? "yes" : "no");
}

static void
print_record(const struct person *p, uint64_t row, uint64_t r)
{
	printf("{\"kind\":\"record\",\"id\":\"shop:%" PRIu64 "\",\"source\":\"shop\",\"key\":\"%"
	    PRIu64 "\",\"channel\":\"web\",\"observed_at\":\"2026-%02d-%02dT10:00:00Z\","
	    "\"given_name\":\"%s\",\"family_name\":\"%s\",\"birthdate\":\"%s\",", row + 1, row + 1,
	    1 + (int)(r % 6), 1 + (int)((r >> 8) % 28), p->first, p->last, p->birth);
	if (r >> 16 & 7)
		printf("\"email\":[\"%s\"],", p->email);
	if ((r >> 16 & 7) == 0 || (r >> 20 & 1) != 0)
		printf("\"phone_number\":[\"%s\"],", p->phone);
	printf("\"address\":[{\"street_address\":\"%s\",\"locality\":\"%s\",\"postal_code\":\"%s\","
	    "\"country\":\"%s\"}],\"purposes\":[\"identity_resolution\"]}\n", p->street, p->city,
	    p->postcode, p->country);
}

/* Which person a row is: a new one, or one of those before. */
static uint64_t
person_of(const struct settings *s, uint64_t row, uint64_t r, uint64_t *people)
{
	double share = (double)(r >> 11) / 9007199254740992.0;

	if (row == 0 || share >= s->duplicates)
		return (*people)++;
	return mix(r) % *people;
}

static bool
parse(struct settings *s, int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--rows") == 0)
			s->rows = strtoull(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--seed") == 0)
			s->seed = strtoull(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--duplicates") == 0)
			s->duplicates = strtod(argv[i + 1], NULL);
		else if (strcmp(argv[i], "--format") == 0)
			s->records = strcmp(argv[i + 1], "records") == 0;
		else
			return false;
	}
	return argc % 2 == 1;
}

int
main(int argc, char **argv)
{
	struct settings s = { 1000, 1, 0.6, false };
	uint64_t people = 0;

	if (!parse(&s, argc, argv)) {
		fprintf(stderr, "usage: make_customers --rows N --seed S --format csv|records"
		    " [--duplicates SHARE]\n");
		return 2;
	}
	if (!s.records)
		printf("id,first,last,email,phone,birth,street,city,postcode,country,created,"
		    "optin\n");
	for (uint64_t row = 0; row < s.rows; row++) {
		uint64_t r = mix(s.seed * UINT64_C(0x2545f4914f6cdd1d) + row);
		struct person p;

		make_person(&p, s.seed, person_of(&s, row, r, &people));
		if (s.records)
			print_record(&p, row, mix(r + 1));
		else
			print_csv(&p, row, mix(r + 1));
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 6;
}
