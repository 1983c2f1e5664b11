# consent for five years
.purposes[3].basis["*"].max_age = "P5Y"
