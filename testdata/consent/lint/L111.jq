# data collected on consent for another purpose
.purposes[2].compatible_from = [{purpose: "marketing.newsletter", assessment: "a-1"}]
