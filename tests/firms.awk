# SPDX-License-Identifier: Apache-2.0
# Made-up groups of one to four firms, a parent and its Holding, Services and so on, that share their web site, mostly
# the house and often the telephone, each in one to three sources that leave the legal form out or misspell the name.
# Records to stdout, who is who to the file `truth`.
function rnd(n)
{
	seed = (seed * 16807) % 2147483647
	return int(seed / 7) % n
}

# The first ones more often.
function pick(list, n)
{
	return list[int(n * rnd(1000) / 1000 * rnd(1000) / 1000) + 1]
}

function phone()
{
	return sprintf("+35121%07d", rnd(10000000))
}

function place(house)
{
	return sprintf("\"address\":[{\"street_address\":\"Rua %s %d\",\"locality\":\"%s\",\"postal_code\":\"%s\"}]",
	    house["street"], house["no"], house["town"], house["code"])
}

function move(house)
{
	house["street"] = family[rnd(nf) + 1] " " family[rnd(nf) + 1]
	house["no"] = rnd(90) + 1
	house["town"] = pick(town, nt)
	house["code"] = sprintf("%04d-%03d", 1000 + rnd(9000), rnd(1000))
}

function slip(word,	i)
{
	i = 2 + rnd(length(word) - 2)
	return rnd(25) > 0 ? word : substr(word, 1, i - 1) substr(word, i + 1)
}

function firm(name, house, number, site, e,	s)
{
	for (s = 1; s <= 3; s++) {
		if (rnd(100) >= 90 - 15 * s)
			continue
		printf "{\"kind\":\"record\",\"id\":\"s%d:%d\",\"source\":\"s%d\",%s%s%s,\"attributes\":" \
		    "{\"organization\":\"%s%s\"},\"purposes\":[\"identity_resolution\"]}\n", s, ++records, s, place(house),
		    rnd(5) ? ",\"phone_number\":[\"" number "\"]" : "", rnd(2) ? ",\"website\":[\"" site "\"]" : "",
		    slip(name), rnd(2) ? " Lda" : ""
		print "s" s ":" records "," e > truth
	}
}

BEGIN {
	seed = 20261130
	nf = split("Silva Santos Ferreira Pereira Costa Souza Tavares Lopes Garcia Pinto Moura Nunes Ramos Teles Vieira " \
	    "Abreu Barros Castro Esteves Faria Gaspar Horta Jardim Leal Macedo Neves Oliveira Paiva Quental Rocha " \
	    "Salgado Torres Valente Xisto", family, " ")
	nt = split("Lisboa Porto Braga Coimbra Faro Aveiro Leiria Viseu Beja Guarda", town, " ")
	nr = split("Transportes Vinhos Seguros Turismo Energia Moveis Calcado Limpezas Grafica Farmacia Jardins", trade, " ")
	nk = split("Holding Servicos Portugal Logistica Imobiliaria Norte Sul Internacional", kinds, " ")
	print "id,entity" > truth
	for (g = 0; g < 500; g++) {
		base = pick(family, nf) " " trade[rnd(nr) + 1]
		site = "https://www." tolower(base) g ".example"
		gsub(/ /, "", site)
		move(house)
		number = phone()
		n = rnd(3) == 0 ? 0 : rnd(4)
		firm(base, house, number, site, entities++)
		for (i = 0; i < n; i++) {
			if (rnd(10) < 4)
				move(house)
			firm(base " " kinds[(g + i) % nk + 1], house, rnd(2) ? phone() : number, site, entities++)
		}
	}
}
