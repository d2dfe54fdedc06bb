import { expect } from "chai";
import { canonicalNetwork } from "../networks";

describe("a network as AWS writes it", () => {
  const networks: [typed: string, written: string | undefined][] = [
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["92.68.201.91/29", "92.68.201.88/29"],
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["198.51.100.7/32", "198.51.100.7/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["1.2.3.4/0", "0.0.0.0/0"],
    ["2001:db8::/32", "2001:db8::/32"],
    ["2001:DB8:0:0::1/48", "2001:db8::/48"],
    ["2001:db8:0:1:1:1:1:1/128", "2001:db8:0:1:1:1:1:1/128"],
    ["::ffff:192.0.2.1/128", "::ffff:c000:201/128"],
    ["::/0", "::/0"],
    ["::::/0", undefined],
    ["10.0.0.0", undefined],
    ["10.0.0.0/33", undefined],
    ["2001:db8::/129", undefined],
    ["10.0.0.0/8/8", undefined],
    ["example.com/8", undefined],
  ];
  for (const [typed, written] of networks) {
    it(`${typed} is ${written ?? "none"}`, () => {
      expect(canonicalNetwork(typed)).to.equal(written);
    });
  }
});
