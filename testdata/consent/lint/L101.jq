# a member that is not there
.purposes[0].colour = "red"
