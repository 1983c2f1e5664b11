# SPDX-License-Identifier: Apache-2.0
# What made-up lists of people begin with: chance by `seed`, given names, and what family names are made of.
function rnd(n)
{
	seed = (seed * 16807) % 2147483647
	return seed % n
}

function people()
{
	seed = seed ? seed : 20261201
	ng = split("Ana Rui Bruno Carla Diana Eduardo Filipa Gustavo Helena Ivo Joana Luis Marta Nuno Olga " \
	    "Paulo Rita Sofia Tiago Vera Alberto Beatriz Catarina Duarte Elisa Fernando Graca Hugo Ines " \
	    "Jorge Leonor Miguel Natalia Otavio Patricia Ricardo Sara Teresa Vasco Xavier Zita Davide " \
	    "Marina Lucas Tomas Emilia Clara Simone Rafael Aurora", given, " ")
	na = split("Al Bar Cas Dur Fer Gon Hel Jar Lem Mon Nor Ped Ros Sal Tor Val Ze Qui Bel Mar", head, " ")
	nb = split("ada ares cao eda eira enga iano ino oso ura anta essa", tail, " ")
}
