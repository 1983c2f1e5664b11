# a contract without end
del(.destinations[0].ends)
