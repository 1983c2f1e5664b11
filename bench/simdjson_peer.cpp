// SPDX-License-Identifier: Apache-2.0
// bench/simdjson_peer.cpp: MB/s of simdjson's DOM parser over the lines of a file, one thread.
#include <chrono>
#include <cstdio>
#include <simdjson.h>

static size_t
parse(const simdjson::padded_string &file)
{
	simdjson::dom::parser parser;
	const char *p = file.data(), *end = p + file.size();
	size_t rows = 0;

	while (p < end) {
		const char *lf = static_cast<const char *>(memchr(p, '\n', size_t(end - p)));
		simdjson::dom::element root;

		if (lf == nullptr || parser.parse(p, size_t(lf - p), false).get(root) != simdjson::SUCCESS)
			exit(3);
		rows++;
		p = lf + 1;
	}
	return rows;
}

int
main(int argc, char **argv)
{
	simdjson::padded_string file;
	double best = 1e9;
	size_t rows = 0;

	if (argc < 2 || simdjson::padded_string::load(argv[1]).get(file) != simdjson::SUCCESS)
		return 2;
	for (int i = 0; i < 5; i++) {
		auto start = std::chrono::steady_clock::now();
		rows = parse(file);
		std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
		best = took.count() < best ? took.count() : best;
	}
	std::printf("%-10s %8.0f MB/s %12.0f rows/s\n", "simdjson", double(file.size()) / best / 1e6,
	    double(rows) / best);
	return 0;
}
