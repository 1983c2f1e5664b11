# SPDX-License-Identifier: Apache-2.0
# Made-up families of three, each person in one to four papers: names with slips, an address that one paper
# in ten has of somewhere else, a birth date in three of four, and his number or, in one of forty, that of a
# relative; with card=1 no birth dates and, in seven papers of ten, one number of the whole family.
# With town=1 nothing but names and a town. Records to stdout, who is who to the file `truth`.
function rnd(n)
{
	seed = (seed * 16807) % 2147483647
	return seed % n
}

function birthdate(f, p)
{
	return card || town || rnd(4) == 0 ? "" : sprintf(",\"birthdate\":\"%d-%02d-%02d\"", 1950 + (f * 7 + p * 13) % 50,
	    (f + p * 5) % 12 + 1, (f * 3 + p * 11) % 28 + 1)
}

function address(street, f)
{
	if (town)
		return sprintf(",\"address\":[{\"locality\":\"%s\"}]", place[rnd(10) == 0 ? rnd(250) : f % 250])
	if (rnd(10) == 0) {
		street = "Avenida Nova " rnd(300)
		f = rnd(900)
	}
	return sprintf(",\"address\":[{\"street_address\":\"%s\",\"locality\":\"Porto\"," \
	    "\"postal_code\":\"4%03d-%03d\"}]", street, f % 40, f % 900 + 100)
}

function number(f, p)
{
	p = card ? 0 : rnd(40) == 0 ? (p + 1) % 3 : p
	return town || rnd(30) < (card ? 9 : 1) ? "" : sprintf(",\"identifiers\":{\"tax\":[\"%09d\"]}",
	    100000000 + (f * 3 + p) * 7919)
}

BEGIN {
	seed = 20261130
	ng = split("Ana Rui Bruno Carla Diana Eduardo Filipa Gustavo Helena Ivo Joana Luis Marta Nuno Olga " \
	    "Paulo Rita Sofia Tiago Vera Alberto Beatriz Catarina Duarte Elisa Fernando Graca Hugo Ines " \
	    "Jorge Leonor Miguel Natalia Otavio Patricia Ricardo Sara Teresa Vasco Xavier", given, " ")
	nf = split("Souza Tavares Lopes Garcia Pinto Moura Nunes Ramos Teles Vieira Abreu Barros Castro " \
	    "Duarte Esteves Faria Gaspar Horta Jardim Leal Macedo Neves Oliveira Paiva Quental Rocha " \
	    "Salgado Torres Valente Xisto", family, " ")
	for (f = 0; f < 250; f++)
		place[f] = (f % 7 ? "Vila " : "Aldeia ") substr(family[f % nf + 1], 1, 4) substr(tolower(given[f % 39 + 1]), 1, 3)
	print "id,entity" > truth
	for (f = 0; f < 800; f++) {
		name = family[rnd(nf) + 1] " " family[rnd(nf) + 1]
		street = "Rua " family[rnd(nf) + 1] " " (rnd(180) + 1)
		for (p = 0; p < 3; p++) {
			g = given[(f * 7 + p * 31) % ng + 1]
			papers = 1 + rnd(4)
			for (s = 0; s < papers; s++) {
				id = sprintf("tax:%d.%d", f * 3 + p, s)
				printf "{\"kind\":\"record\",\"id\":\"%s\",\"source\":\"tax\"," \
				    "\"given_name\":\"%s\",\"family_name\":\"%s\"%s%s%s," \
				    "\"purposes\":[\"identity_resolution\"]}\n", id,
				    rnd(12) == 0 ? substr(g, 1, 1) : rnd(20) == 0 ? substr(g, 2) : g,
				    rnd(15) == 0 ? substr(name, 2) : name,
				    birthdate(f, p), address(street, f), number(f, p)
				print id ",p" f * 3 + p > truth
			}
		}
	}
}
