# SPDX-License-Identifier: Apache-2.0
# Checks every include line against the table of lib/README.md: who may include whom.
BEGIN {
	may["base"] = "base"
	may["io"] = "base io"
	may["model"] = "base io model"
	may["normal"] = "base io model normal"
	engines = "ingest resolve consent export report synth"
	n = split(engines, engine, " ")
	for (i = 1; i <= n; i++)
		may[engine[i]] = "base io model normal " engine[i]
	may["cli"] = "base io model cli"
	may["cmd"] = "base io model normal cli cmd " engines
	# One file owns each library.
	owner["csv.h"] = "lib/io/csv_fields.c"
	owner["xxhash.h"] = "lib/base/hash.c"
	owner["sodium.h"] = "lib/base/crypto.c"
	owner["zlib.h"] = "lib/io/gzip.c"
	owner["zstd.h"] = "lib/io/zst.c"
	owner["jansson.h"] = "lib/io/json_config.h"
	owner["idn2.h"] = "lib/normal/domain.c"
}
FNR == 1 {
	split(FILENAME, part, "/")
	here = part[1] == "cmd" ? "cmd" : part[2]
}
/^#include "/ {
	split($2, to, "/")
	dir = substr(to[1], 2)
	if (index(" " may[here] " ", " " dir " ") == 0)
		bad = bad FILENAME ":" FNR ": " here " may not include " $2 "\n"
}
/^#include </ {
	name = substr($2, 2, length($2) - 2)
	if (name in owner && FILENAME != owner[name])
		bad = bad FILENAME ":" FNR ": only " owner[name] " includes " name "\n"
}
END {
	printf "%s", bad
	exit bad != ""
}
