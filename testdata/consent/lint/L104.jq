# legitimate interests without their assessment
del(.purposes[1].basis["*"].lia_ref)
