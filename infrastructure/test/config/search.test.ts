import { itRefuses } from "./problems";

describe("A configuration of search with a mistake", () => {
  itRefuses([
    ["a search setting without search", { searchVolumeGb: 20 }, /searchVolumeGb: has no effect without searchEnabled/],
    [
      "a search setting without search, even where it says what is so by default",
      { searchMasterType: "m6g.large.search" },
      /^searchMasterType: has no effect without searchEnabled\n/,
    ],
    [
      "a type for masters that there are none of in the size",
      { searchEnabled: true, searchMasterType: "m6g.xlarge.search" },
      /^searchMasterType: has no effect: searchMasterCount is 0\n/,
    ],
    [
      "OpenSearch 1",
      { searchEnabled: true, searchEngineVersion: "OpenSearch_1.3" },
      /searchEngineVersion: found .*2\.x/,
    ],
    [
      "nodes that don't fill the zones",
      { searchEnabled: true, searchZoneCount: 2, searchInstanceCount: 3 },
      /searchInstanceCount: found 3; allowed: a multiple of searchZoneCount, 2/,
    ],
    [
      "two masters",
      { searchEnabled: true, searchMasterCount: 2 },
      /searchMasterCount: found "2"; allowed: one of 0, 3, 5/,
    ],
    [
      "twelve small nodes",
      { searchEnabled: true, searchInstanceType: "t3.medium.search", searchInstanceCount: 12 },
      /searchInstanceType: found t3\.medium\.search for 12 nodes; AWS takes at most ten/,
    ],
    [
      "twelve nodes of a small size",
      { searchEnabled: true, searchInstanceCount: 12 },
      /searchInstanceType: found t3\.medium\.search for 12 nodes; AWS takes at most ten/,
    ],
    [
      "a disk too large for the nodes of the size",
      { searchEnabled: true, searchVolumeGb: 201 },
      /searchVolumeGb: found 201; allowed: up to 200 for t3\.medium\.search/,
    ],
    [
      "a node whose disk can't be encrypted",
      { searchEnabled: true, searchMasterCount: 3, searchMasterType: "t2.medium.search" },
      /searchMasterType: found t2\.medium\.search, whose disks AWS can't encrypt/,
    ],
  ]);
});
