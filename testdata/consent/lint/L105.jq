# direct marketing on a contract
.purposes[2].direct_marketing = true
