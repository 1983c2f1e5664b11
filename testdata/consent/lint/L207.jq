# an attribute in sample.ndjson that no field declares
.fields = [{path: "attributes.diet", category: "special"}]
