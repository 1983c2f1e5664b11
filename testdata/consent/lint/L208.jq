# grants for a parent purpose
.purposes[3].grant_inherits = true
