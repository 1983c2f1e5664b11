# direct marketing on legitimate interests
.purposes[1].direct_marketing = true
