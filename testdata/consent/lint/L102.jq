# a source whose controller is not registered
.sources[0].controller = "nobody"
