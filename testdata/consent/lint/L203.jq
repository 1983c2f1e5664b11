# a language that the newest version lost
.notices += [.notices[1] + {version: 8, lang: "pt-PT"}]
