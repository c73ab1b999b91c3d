"""Every document as it is sent under one alias, by operation name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

DOCUMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ListMakers": """\
query ListMakers {
  supManufacturers {
    ...ListedMaker
  }
}

fragment ListedMaker on SupCompany {
  name
  aliases
}""",
        "MatchFull": """\
query MatchFull($queries: [SupPartMatchQuery!]!, $options: SupPartMatchOptions, $country: String! = "US", $currency: String! = "USD", $authorizedOnly: Boolean! = false, $includeBrokers: Boolean! = false, $withSpecs: Boolean! = true, $withDatasheets: Boolean! = true, $withLeadTime: Boolean! = true, $withSimilarParts: Boolean! = false, $withCad: Boolean! = true) {
  supMultiMatch(
    queries: $queries
    options: $options
    country: $country
    currency: $currency
  ) {
    ...FullMatch
  }
}

fragment Attribute on SupAttribute {
  id
  shortname
  name
  group
}

fragment Cad on SupPartCad {
  addToLibraryUrl
  has3dModel
  hasAltium
  hasEagle
  hasOrcad
  hasKicad
  footprintImageUrl
  symbolImageUrl
}

fragment CadModels on SupPartCadModels {
  hasSymbol
  hasFootprint
  has3dModel
  highestLevel
  viewerDownloadUrl
}

fragment Category on SupCategory {
  id
  name
  path
}

fragment CollectedDocument on SupDocument {
  ...Document
  pageCount
  createdAt
  mimeType
  creditString
  creditUrl
}

fragment Company on SupCompany {
  id
  name
}

fragment Description on SupDescription {
  text
  creditString
  creditUrl
}

fragment Document on SupDocument {
  name
  url
}

fragment DocumentCollection on SupDocumentCollection {
  name
  documents {
    ...CollectedDocument
  }
}

fragment FullMatch on SupPartMatch {
  reference
  hits
  error
  parts {
    ...FullPart
  }
}

fragment FullPart on SupPart {
  ...SupplyPart
  name
  slug
  manufacturerUrl
  freeSampleUrl
  descriptions {
    ...Description
  }
  series {
    ...Series
  }
  images {
    ...Image
  }
  bestImage @include(if: $withDatasheets) {
    ...Image
  }
  documentCollections @include(if: $withDatasheets) {
    ...DocumentCollection
  }
  referenceDesigns {
    ...ReferenceDesign
  }
  similarParts @include(if: $withSimilarParts) {
    ...SimilarPart
  }
  cad @include(if: $withCad) {
    ...Cad
  }
  cadRequestUrl @include(if: $withCad)
  cadModels @include(if: $withCad) {
    ...CadModels
  }
  counts
  avgAvail
}

fragment Image on SupImage {
  url
  creditString
  creditUrl
}

fragment Offer on SupOffer {
  id
  sku
  inventoryLevel
  packaging
  moq
  orderMultiple
  factoryLeadDays
  factoryPackQuantity
  onOrderQuantity
  updated
  clickUrl
  prices {
    ...Price
  }
}

fragment Price on SupPricePoint {
  quantity
  price
  currency
  convertedPrice
  convertedCurrency
}

fragment ReferenceDesign on SupReferenceDesign {
  name
  url
}

fragment Seller on SupPartSeller {
  company {
    ...Company
  }
  country
  isAuthorized
  isBroker
  isRfq
  offers {
    ...Offer
  }
}

fragment Series on SupPartSeries {
  id
  name
  url
}

fragment SimilarPart on SupPart {
  id
  mpn
  manufacturer {
    ...Company
  }
  shortDescription
  octopartUrl
}

fragment Spec on SupSpec {
  attribute {
    ...Attribute
  }
  value
  displayValue
  units
  unitsSymbol
}

fragment SupplyPart on SupPart {
  id
  mpn
  genericMpn
  akaMpns
  manufacturer {
    ...Company
  }
  shortDescription
  octopartUrl
  category {
    ...Category
  }
  totalAvail
  medianPrice1000 {
    ...Price
  }
  specs @include(if: $withSpecs) {
    ...Spec
  }
  bestDatasheet @include(if: $withDatasheets) {
    ...Document
  }
  estimatedFactoryLeadDays @include(if: $withLeadTime)
  sellers(authorizedOnly: $authorizedOnly, includeBrokers: $includeBrokers) {
    ...Seller
  }
}""",
        "MatchSupply": """\
query MatchSupply($queries: [SupPartMatchQuery!]!, $options: SupPartMatchOptions, $country: String! = "US", $currency: String! = "USD", $authorizedOnly: Boolean! = false, $includeBrokers: Boolean! = false, $withSpecs: Boolean! = true, $withDatasheets: Boolean! = true, $withLeadTime: Boolean! = true) {
  supMultiMatch(
    queries: $queries
    options: $options
    country: $country
    currency: $currency
  ) {
    ...SupplyMatch
  }
}

fragment Attribute on SupAttribute {
  id
  shortname
  name
  group
}

fragment Category on SupCategory {
  id
  name
  path
}

fragment Company on SupCompany {
  id
  name
}

fragment Document on SupDocument {
  name
  url
}

fragment Offer on SupOffer {
  id
  sku
  inventoryLevel
  packaging
  moq
  orderMultiple
  factoryLeadDays
  factoryPackQuantity
  onOrderQuantity
  updated
  clickUrl
  prices {
    ...Price
  }
}

fragment Price on SupPricePoint {
  quantity
  price
  currency
  convertedPrice
  convertedCurrency
}

fragment Seller on SupPartSeller {
  company {
    ...Company
  }
  country
  isAuthorized
  isBroker
  isRfq
  offers {
    ...Offer
  }
}

fragment Spec on SupSpec {
  attribute {
    ...Attribute
  }
  value
  displayValue
  units
  unitsSymbol
}

fragment SupplyMatch on SupPartMatch {
  reference
  hits
  error
  parts {
    ...SupplyPart
  }
}

fragment SupplyPart on SupPart {
  id
  mpn
  genericMpn
  akaMpns
  manufacturer {
    ...Company
  }
  shortDescription
  octopartUrl
  category {
    ...Category
  }
  totalAvail
  medianPrice1000 {
    ...Price
  }
  specs @include(if: $withSpecs) {
    ...Spec
  }
  bestDatasheet @include(if: $withDatasheets) {
    ...Document
  }
  estimatedFactoryLeadDays @include(if: $withLeadTime)
  sellers(authorizedOnly: $authorizedOnly, includeBrokers: $includeBrokers) {
    ...Seller
  }
}""",
        "ReadCounters": """\
query ReadCounters {
  admOrganizations {
    ...CountingOrganization
  }
}

fragment CountedApplication on AdmApplication {
  id
  name
  scopes {
    ...GrantedScope
  }
  supplyCounts {
    ...SupplyCounts
  }
}

fragment CountingOrganization on AdmOrganization {
  name
  applications {
    ...CountedApplication
  }
}

fragment GrantedScope on AdmApplicationScope {
  scope
}

fragment SupplyCounts on AdmSupplyCounts {
  partCounter
  partLimit
}""",
    }
)
