# two purposes of one name
.purposes[2].title = {en: "News"} | .purposes[3].title = {en: "News"}
