"""Is a licence required: facts and law in, an outcome with its reasons out."""
