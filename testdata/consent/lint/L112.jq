# a country that needs a safeguard
.destinations[0].countries = ["US"] | del(.destinations[0].transfer)
