# a ground for decisions by machine, and no such decision
.purposes[3].adm = {ground: "contract", logic: "ropa:9"}
