# a special purpose on legitimate interests
.purposes[1] += {special: true, special_condition: "art9-2f"}
