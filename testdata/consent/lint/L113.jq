# a password in a view
.views["marketing.newsletter"] += ["attributes.password"]
